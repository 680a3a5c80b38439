"""Getting to know people: Slack is asked once, and a press is never lost over its answer."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.workspaces import Member
from bot.services import boards, installations, members, workspaces
from bot.services.members import Caller
from bot.services.ports import ChannelFacts, PersonFacts
from bot.store.tables import ConsentRow, MemberRow, WorkspaceRow
from tests.store.world import NOON, World


@dataclass
class KnownPeople:
    """A directory that answers from a list, and remembers whom it was asked for."""

    people: dict[tuple[str, str], PersonFacts] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def person(self, team_id: str, slack_id: str) -> PersonFacts | None:
        self.asked.append((team_id, slack_id))
        return self.people.get((team_id, slack_id))

    async def channel(self, team_id: str, slack_id: str) -> ChannelFacts | None:
        raise AssertionError(f"nobody needs to know {team_id}/{slack_id}")

    async def is_in(self, team_id: str, slack_id: str, channel_slack_id: str) -> bool | None:
        raise AssertionError(f"nobody needs to know {team_id}/{slack_id}/{channel_slack_id}")


async def learn(
    world: World, directory: KnownPeople, *, name: str = "", at: datetime = NOON, zone: str = "UTC", team: str = "T1"
) -> Member:
    user = "U9" if team == "T1" else "U1"
    return await members.learn_member(world.uow, directory, Caller(team, user, name), now=at, fallback_zone=zone)


async def test_a_person_is_looked_up_at_their_first_act_and_then_once_a_day(world: World) -> None:
    directory = KnownPeople({("T1", "U9"): PersonFacts("Nina", "Asia/Tokyo")})
    first = await learn(world, directory, name="nina")
    assert (first.name, first.zone) == ("Nina", "Asia/Tokyo")
    assert await learn(world, directory, at=NOON + timedelta(hours=23)) == first
    assert directory.asked == [("T1", "U9")]
    directory.people["T1", "U9"] = PersonFacts("Nina", "Europe/Paris")
    moved = await learn(world, directory, at=NOON + timedelta(hours=24))
    assert (moved.id, moved.zone) == (first.id, "Europe/Paris")


async def test_when_slack_is_silent_the_payload_and_the_channels_zone_serve_until_it_speaks(world: World) -> None:
    directory = KnownPeople()
    member = await learn(world, directory, name="nina", zone="Europe/Berlin")
    assert (member.name, member.zone) == ("nina", "Europe/Berlin")
    assert await learn(world, directory, name="nina") == member
    directory.people["T1", "U9"] = PersonFacts("Nina", "Asia/Tokyo")
    assert (await learn(world, directory)).zone == "Asia/Tokyo"
    assert len(await world.rows(MemberRow, "id")) == 6


async def test_when_slack_falls_silent_later_what_is_known_stays(world: World) -> None:
    directory = KnownPeople({("T1", "U9"): PersonFacts("Nina", "Asia/Tokyo")})
    known = await learn(world, directory)
    directory.people.clear()
    assert await learn(world, directory, at=NOON + timedelta(days=3), zone="UTC") == known


async def test_one_slack_id_in_two_workspaces_is_two_people(world: World) -> None:
    directory = KnownPeople({("T2", "U1"): PersonFacts("Other", "UTC")})
    other = await learn(world, directory, team="T2")
    assert other.id != world.members[0].id


async def test_a_choice_about_ones_name_is_kept_for_its_channel_alone(world: World) -> None:
    await boards.set_consent(world.uow, "T1", "C1", world.members[0], is_named=True, now=NOON)
    await boards.set_consent(world.uow, "T1", "C2", world.members[0], is_named=False, now=NOON)
    assert [named for *_, named in await world.rows(ConsentRow, "channel_id", "is_named")] == [True, False]


async def test_a_workspace_is_remembered_with_the_apps_own_ids(world: World) -> None:
    await installations.install(
        world.uow, "T1", name="Acme", app_user_id="UA", app_bot_id="BA", scopes=frozenset(), now=NOON
    )
    assert await world.rows(WorkspaceRow, "team_id", "name", "app_user_id", "app_bot_id") == [
        ("T1", "Acme", "UA", "BA")
    ]
    assert await workspaces.find_channel(world.uow, "T1", "C1") == world.channel
