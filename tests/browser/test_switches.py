"""The page on which a person changes channels and people by hand."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_channel_is_renamed_and_archived_and_a_person_deactivated_by_keyboard(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_role("link", name="Change channels and people").press("Enter")
    design = page.get_by_role("form", name="#engineering")
    await design.get_by_label("Name").fill("platform")
    await design.get_by_label("Private").press("Space")
    await design.get_by_role("button").press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Saved #engineering.")
    mei = page.get_by_role("form", name="Mei Tan")
    await mei.get_by_label("Deactivated").press("Space")
    await mei.get_by_role("button").press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Saved Mei Tan.")
    await mei.get_by_label("Time zone").fill("Mars/Base")
    await mei.get_by_role("button").press("Enter")
    await expect(page.get_by_role("status")).to_have_text("tz is no time zone.")
    await page.get_by_role("link", name="Back to the workspace").press("Enter")
    await expect(page.get_by_role("button", name="platform")).to_be_visible()
    await expect(page.get_by_role("radio", name="Mei Tan")).to_have_count(0)
