"""What people see on the playground's page and do with it, much of it with the keyboard alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground
from tests.browser.conftest import OpenPage, Steps
from tests.browser.echo import button, option, plain, prompt, section

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DESIGN = "C0DESIGN"
AUDITS = (Path(__file__).parent / "audits.js").read_text()


async def post(web: AsyncWebClient, blocks: list[dict[str, Any]] | None = None, **more: Any) -> str:
    answer = await web.chat_postMessage(
        channel=DESIGN, **{"text": "Stretch: wall sit, 30 seconds.", **more}, blocks=blocks
    )
    return str(answer["ts"])


async def audit(page: Page, name: str) -> list[str]:
    return list(await page.evaluate(f"{AUDITS.rstrip().rstrip(';')}.{name}()"))


async def see_focus(page: Page, name: str) -> None:
    """Wait until the focus is on something of this name; the page moves it two frames after it has drawn."""
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    await page.wait_for_function(f"({focused}).trim() === {json.dumps(name)}")


# Messages


async def test_a_prompt_is_shown_with_its_header_marks_emoji_and_buttons(
    web: AsyncWebClient, open_page: OpenPage
) -> None:
    ts = await post(web, prompt(7))
    message = (await open_page()).locator(f"[data-ts='{ts}']")
    await expect(message.get_by_role("heading", name="Lower back: wall sit, 30 seconds")).to_be_visible()
    await expect(message.locator("strong", has_text="whole")).to_be_visible()
    await expect(message.get_by_role("listitem").nth(1)).to_have_text("Higher is easier 💪")
    await expect(message.get_by_role("button", name="Done")).to_be_visible()
    await expect(message.get_by_text("APP", exact=True)).to_be_visible()


async def test_nothing_that_is_written_becomes_html(web: AsyncWebClient, open_page: OpenPage) -> None:
    ts = await post(web, [section("&lt;img src=x onerror=alert(1)&gt; <javascript:alert(1)|click>")])
    message = (await open_page()).locator(f"[data-ts='{ts}']")
    await expect(message).to_contain_text("<img src=x onerror=alert(1)> click")
    await expect(message.locator("img, a")).to_have_count(0)


async def test_times_follow_the_zone_of_the_person_acted_as(
    slack: Playground, web: AsyncWebClient, open_page: OpenPage
) -> None:
    await post(web)
    page = await open_page()
    berlin = await page.locator(".message time").first.text_content()
    await page.get_by_role("radio", name="Mei Tan").click()
    await expect(page.locator(".message time").first).not_to_have_text(berlin or "")
    assert "as=U0MEI" in page.url
    assert "channel=C0DESIGN" in page.url


async def test_the_plain_text_switch_shows_what_screen_readers_get(web: AsyncWebClient, open_page: OpenPage) -> None:
    ts = await post(web, prompt())
    page = await open_page()
    await page.get_by_role("switch", name="Plain text").click()
    await expect(page.locator(f"[data-ts='{ts}'] .body")).to_contain_text("Stretch: wall sit, 30 seconds.")
    await expect(page.get_by_role("button", name="Done")).to_have_count(0)


async def test_new_messages_are_announced_by_their_text(web: AsyncWebClient, open_page: OpenPage) -> None:
    page = await open_page()
    await post(web, prompt())
    await expect(page.get_by_role("log", name="New messages")).to_contain_text("Echo: Stretch: wall sit, 30 seconds.")


async def test_an_unknown_block_is_named(web: AsyncWebClient, open_page: OpenPage) -> None:
    video = {
        "type": "video",
        "title": plain("Wall sit"),
        "alt_text": "Wall sit",
        "video_url": "https://example.org/embed",
        "thumbnail_url": "https://example.org/thumb.png",
    }
    await post(web, [video])
    await expect((await open_page()).get_by_text("This page cannot show 'video' yet")).to_be_visible()


async def test_a_chart_and_a_table_have_their_numbers_in_words(web: AsyncWebClient, open_page: OpenPage) -> None:
    weeks = [("12 Jan", 22), ("19 Jan", 25)]
    data = [{"label": label, "value": value} for label, value in weeks]
    bar = {
        "type": "bar",
        "series": [{"name": "Breaks", "data": data}],
        "axis_config": {"categories": ["12 Jan", "19 Jan"]},
    }
    chart = {"type": "data_visualization", "title": "Breaks done per week", "chart": bar}
    rows: list[list[dict[str, Any]]] = [[{"type": "raw_text", "text": "Name"}, {"type": "raw_text", "text": "Best"}]]
    rows += [
        [{"type": "raw_text", "text": f"Person {n}"}, {"type": "raw_number", "value": n, "text": str(n)}]
        for n in range(1, 8)
    ]
    table = {"type": "data_table", "caption": "Days in a row", "row_header_column_index": 0, "rows": rows}
    await post(web, [chart, table])
    page = await open_page()
    await expect(page.get_by_role("img", name="Breaks done per week. 12 Jan 22, 19 Jan 25.")).to_be_visible()
    board = page.get_by_role("table", name="Days in a row")
    await expect(board.get_by_role("rowheader")).to_have_count(5)
    await page.get_by_role("button", name="Next", exact=True).click()
    await expect(board.get_by_role("rowheader", name="Person 7")).to_be_visible()


# Pressing


async def test_done_by_keyboard_is_answered_to_one_person_only(
    app: AsyncApp, web: AsyncWebClient, open_page: OpenPage
) -> None:
    await post(web, prompt())
    page = await open_page()
    await page.get_by_role("button", name="Done").focus()
    await page.keyboard.press("Enter")
    answer = page.locator("[data-ephemeral]")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer).to_contain_text("Counted. 12 days in a row.")
    await see_focus(page, "Done")
    other = await open_page("as=U0MEI&channel=C0DESIGN")
    await expect(other.get_by_role("button", name="Done")).to_be_visible()
    await expect(other.locator("[data-ephemeral]")).to_have_count(0)


async def test_an_open_menu_and_a_half_typed_text_outlive_an_edit(
    app: AsyncApp, web: AsyncWebClient, open_page: OpenPage
) -> None:
    ts = await post(web, prompt(7))
    page = await open_page()
    await page.get_by_label("Message #design").fill("half a sen")
    await page.get_by_role("button", name="More actions").press("Enter")
    await page.keyboard.press("ArrowDown")
    await web.chat_update(channel=DESIGN, ts=ts, text="x", blocks=prompt(8))
    await expect(page.get_by_text("8 done")).to_be_visible()
    await see_focus(page, "I'm off today")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Chosen: off")
    await expect(page.get_by_label("Message #design")).to_have_value("half a sen")


async def test_a_confirmation_is_asked_and_can_be_declined(
    app: AsyncApp, web: AsyncWebClient, open_page: OpenPage
) -> None:
    await post(web, prompt())
    page = await open_page()
    leave = page.get_by_role("button", name="Leave", exact=True)
    await leave.click()
    question = page.get_by_role("alertdialog", name="Leave this run?")
    await question.get_by_role("button", name="Stay").click()
    await expect(question).to_have_count(0)
    await see_focus(page, "Leave")
    await leave.click()
    await question.get_by_role("button", name="Leave").click()
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Chosen: leave")


async def test_without_the_app_the_page_says_so_and_keeps_the_draft(web: AsyncWebClient, open_page: OpenPage) -> None:
    page = await open_page()
    await expect(page.get_by_text("Echo is not running: start it, nothing is lost")).to_be_visible()
    await page.get_by_label("Message #design").fill("/echo hello")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Echo is not running")
    await expect(page.get_by_label("Message #design")).to_have_value("/echo hello")


async def test_reactions_toggle_and_say_who(web: AsyncWebClient, open_page: OpenPage) -> None:
    ts = await post(web)
    page = await open_page()
    message = page.locator(f"[data-ts='{ts}']")
    await message.get_by_role("button", name="Add a reaction").press("Enter")
    await page.get_by_role("menuitemcheckbox", name="white check mark").press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    mine = message.get_by_role("button", name="muscle: 1, you")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    other = await open_page("as=U0MEI&channel=C0DESIGN")
    await other.get_by_role("button", name="muscle: 1, Anna Berg").click()
    await expect(message.get_by_role("button", name="muscle: 2, you, Mei Tan")).to_be_visible()
    await message.get_by_role("button", name="muscle: 2").click()
    await expect(message.get_by_role("button", name="muscle: 1, Mei Tan")).to_have_attribute("aria-pressed", "false")


# Writing


async def test_a_command_is_completed_with_its_description_and_run(app: AsyncApp, open_page: OpenPage) -> None:
    page = await open_page()
    composer = page.get_by_label("Message #design")
    await composer.press_sequentially("/e")
    await expect(page.get_by_role("option", name="/echo")).to_contain_text("Says it back")
    await page.keyboard.press("Tab")
    await expect(composer).to_have_value("/echo ")
    await expect(page.get_by_text("/echo [words]")).to_be_visible()
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-ephemeral]")).to_contain_text("You said hello")
    await expect(composer).to_have_value("")


async def test_names_become_mentions_and_signs_stay_signs(
    web: AsyncWebClient, slack: Playground, open_page: OpenPage
) -> None:
    page = await open_page()
    writing = page.get_by_label("Message #design")
    await writing.fill("<b> for @mei")
    await expect(page.get_by_role("option", name="Mei Tan")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(writing).to_have_value("<b> for @Mei Tan ")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").last).to_contain_text("<b> for @Mei Tan")
    assert slack.messages(DESIGN)[-1]["text"] == "&lt;b&gt; for <@U0MEI>"


async def test_a_thread_opens_beside_takes_an_answer_and_has_an_address(
    web: AsyncWebClient, open_page: OpenPage
) -> None:
    ts = await post(web)
    page = await open_page()
    await page.locator(f"[data-ts='{ts}']").get_by_role("button", name="Reply in thread").press("Enter")
    thread = page.locator("[data-pane=thread]")
    await expect(thread.get_by_label("Reply in thread").last).to_be_focused()
    await page.keyboard.type("Room for one more")
    await page.keyboard.press("Enter")
    await expect(thread.locator(".message").last).to_contain_text("Room for one more")
    await page.keyboard.press("Escape")
    await expect(thread).to_have_count(0)
    await expect(page.get_by_role("button", name="1 reply")).to_be_focused()
    again = await open_page(f"as=U0JONAS&channel=C0DESIGN&thread={ts}")
    await expect(again.locator("[data-pane=thread]")).to_contain_text("Room for one more")


async def test_reading_further_up_is_not_disturbed_by_what_comes(web: AsyncWebClient, open_page: OpenPage) -> None:
    for number in range(12):
        await post(web, [section(f"*{number}*\n" + "line\n" * 6)])
    page = await open_page()
    scroller = page.locator("[data-pane=main] .scroller")
    await expect(page.locator(".message").last).to_be_in_viewport()
    await scroller.evaluate("el => { el.scrollTop = 40; }")
    await expect(page.get_by_role("button", name="Newest messages")).to_be_visible()
    await post(web, text="one more")
    await expect(page.locator(".message").last).to_contain_text("one more")
    assert await scroller.evaluate("el => el.scrollTop") == 40
    await page.get_by_role("button", name="Newest messages").click()
    await expect(page.locator(".message").last).to_be_in_viewport()


# Modals and Home


async def open_form(page: Page) -> None:
    await page.get_by_label("Message #design").fill("/echo form")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Breaks in #design")).to_be_visible()


async def test_a_field_error_stands_under_its_field_and_the_rest_is_kept(app: AsyncApp, open_page: OpenPage) -> None:
    page = await open_page()
    await open_form(page)
    times = page.get_by_label("Times")
    await expect(times).to_be_focused()
    await page.keyboard.type("1025")
    await page.get_by_label("Tuesday").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("I couldn't read '1025'. Try 10:25.")).to_be_visible()
    await expect(times).to_be_focused()
    await expect(times).to_have_accessible_description("Up to 12 a day. I couldn't read '1025'. Try 10:25.")
    await expect(page.get_by_label("Tuesday")).to_be_checked()
    await times.fill("10:25")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_required_field_is_asked_for_before_anything_is_sent(app: AsyncApp, open_page: OpenPage) -> None:
    page = await open_page()
    await open_form(page)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Please fill this in.")).to_be_visible()


async def test_an_update_keeps_what_was_typed_where_the_ids_stay(app: AsyncApp, open_page: OpenPage) -> None:
    page = await open_page()
    await open_form(page)
    await page.get_by_label("Times").fill("10:25")
    await page.get_by_label("Area").select_option("friday")
    await page.get_by_role("button", name="Holidays").click()
    await page.get_by_role("listbox").get_by_role("option", name="Monday").click()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="One more field").click()
    await expect(page.get_by_label("Note")).to_be_visible()
    await expect(page.get_by_label("Times")).to_have_value("10:25")
    await expect(page.get_by_label("Area")).to_have_value("friday")
    await expect(page.get_by_role("button", name="Holidays (optional) Monday")).to_be_visible()
    await see_focus(page, "One more field")


async def test_a_modal_keeps_the_focus_inside_and_escape_gives_it_back(
    app: AsyncApp, web: AsyncWebClient, open_page: OpenPage
) -> None:
    await post(web, prompt())
    page = await open_page()
    await page.get_by_role("button", name="Guide me").press("Enter")
    await expect(page.get_by_role("dialog", name="Lower back, 5 moves")).to_be_visible()
    for name in ("Next", "Dismiss", "Back", "Next"):
        await see_focus(page, name)
        await page.keyboard.press("Tab")
    await page.get_by_role("button", name="Next", exact=True).press("Enter")
    await expect(page.get_by_text("2 of 5")).to_be_visible()
    await see_focus(page, "Next")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await see_focus(page, "Guide me")


async def test_home_is_drawn_when_it_is_opened_and_sends_choices(app: AsyncApp, open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_role("navigation").get_by_role("button", name="Echo").click()
    await expect(page.get_by_role("tabpanel").get_by_role("heading", name="Today")).to_be_visible()
    assert "home=1" in page.url
    await page.get_by_label("Pictures").select_option("m")
    await page.get_by_role("button", name="design", exact=True).click()
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Chosen: m")


# Time and window


async def test_time_is_moved_by_named_buttons(steps: Steps, open_page: OpenPage) -> None:
    page = await open_page()
    await expect(page.get_by_test_id("clock")).to_contain_text("Berlin")
    for name in ("Next break", "A day on", "A week on"):
        await page.get_by_role("button", name=name).click()
        await expect(page.get_by_role("button", name=name)).to_be_enabled()
    assert steps.asked == ["break", "day", "week"]


async def test_without_a_name_in_the_address_one_is_the_first_person(slack: Playground, open_page: OpenPage) -> None:
    page = await open_page("")
    await expect(page.get_by_role("radio", name="Anna Berg")).to_be_checked()
    await page.goto(f"{slack.page_url}?as=U0NOBODY")
    await expect(page.get_by_role("radio", name="Anna Berg")).to_be_checked()
    assert "as=U0ANNA" in page.url


async def test_unread_channels_are_marked_until_they_are_looked_at(web: AsyncWebClient, open_page: OpenPage) -> None:
    page = await open_page("as=U0ANNA&channel=C0ENGINEERING")
    await post(web)
    await page.get_by_role("button", name="design, 1 new").click()
    await expect(page.get_by_role("button", name="design", exact=True)).to_have_attribute("aria-current", "page")


async def test_a_narrow_window_folds_the_sidebar_away(open_page: OpenPage) -> None:
    page = await open_page(viewport={"width": 400, "height": 760})
    room = page.get_by_role("button", name="engineering", exact=True)
    await expect(room).not_to_be_visible()
    opener = page.get_by_role("button", name="Channels and people")
    await opener.press("Enter")
    await expect(page.get_by_role("radio", name="Anna Berg")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await opener.click()
    await room.click()
    await expect(page.get_by_role("heading", name="engineering")).to_be_visible()
    await expect(room).not_to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 400


async def test_in_a_narrow_window_a_long_button_stands_below_its_text_and_a_short_one_beside_it(
    web: AsyncWebClient, open_page: OpenPage
) -> None:
    words = "5 more days until a reserve day, which covers one day without a break."
    await post(web, [section(words, accessory=button(name, name)) for name in ("Why these numbers", "Show")])
    page = await open_page(f"as=U0ANNA&channel={DESIGN}", viewport={"width": 360, "height": 740})
    await expect(page.get_by_role("button", name="Show")).to_be_visible()
    places = await page.evaluate("""[...document.querySelectorAll('.block-section')].map((section) => {
      const [text, pressed] = [...section.children].map((each) => each.getBoundingClientRect());
      return [text.width >= section.clientWidth / 2, pressed.top < text.bottom];
    })""")
    assert places == [[True, False], [True, True]]


# The page as a whole


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_text_has_enough_contrast(
    theme: str, app: AsyncApp, web: AsyncWebClient, open_page: OpenPage
) -> None:
    await post(web, [*prompt(7), section("`code` <@U0ANNA> <https://example.org|link>")])
    page = await open_page(f"as=U0ANNA&channel=C0DESIGN&theme={theme}")
    await page.get_by_role("button", name="Done").click()
    await expect(page.locator("[data-ephemeral]")).to_be_visible()
    assert await audit(page, "faint") == []
    await open_form(page)
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".field-error")).to_be_visible()
    assert await audit(page, "faint") == []


async def test_every_control_has_a_name_and_every_id_is_unique(
    app: AsyncApp, web: AsyncWebClient, open_page: OpenPage
) -> None:
    menu = {"type": "static_select", "action_id": "pictures", "options": [option("Still", "s")]}
    await post(web, [*prompt(), section("Pictures", accessory=menu)])
    page = await open_page()
    await open_form(page)
    assert await audit(page, "nameless") == []
    assert await audit(page, "confusing") == []
