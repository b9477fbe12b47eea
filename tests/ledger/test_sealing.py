"""Seals over all heads, and the head that an auditor keeps."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from ledger import actions, chain, heads
from ledger.models import Seal, Stream
from tests.ledger.conftest import NOON, recorded

# Bytes, lower case after upper case, digits by their characters: not a locale's order.
KEYS = ["case:10", "case:2", "person:3", "Case:1"]


@pytest.mark.django_db
def test_seals_chain_over_the_heads_of_all_streams():
    first_event = recorded("case:2")
    first = actions.seal(now=NOON)
    second_event = recorded("case:10")
    second = actions.seal(now=NOON + timedelta(hours=1))
    assert (first.previous, second.previous) == ("", first.digest)
    assert (second.heads_count, second.events_count) == (2, 2)
    expected = [["case:10", 1, second_event.digest], ["case:2", 1, first_event.digest]]
    assert second.heads == chain.digest(expected)


@pytest.mark.django_db
def test_nothing_is_sealed_when_nothing_happened():
    assert actions.seal(now=NOON) is None
    recorded()
    assert actions.seal(now=NOON) is not None
    assert actions.seal(now=NOON + timedelta(hours=1)) is None
    assert Seal.objects.count() == 1


@pytest.mark.django_db
def test_heads_stand_in_the_order_of_code_points_whatever_the_database_s_locale():
    for key in KEYS:
        Stream.objects.create(key=key, updated_at=NOON)
    assert [key for key, _, _ in Stream.objects.heads()] == sorted(KEYS)


@pytest.mark.django_db
def test_an_exported_head_is_read_back_as_it_was(tmp_path):
    event = recorded("case:2")
    recorded("case:10")
    heads.write(tmp_path / "head.json", actions.export_head(now=NOON))
    head = heads.read(tmp_path / "head.json")
    assert head.events == 2
    assert head.streams["case:2"] == (1, event.digest)
    assert head.seal_digest == Seal.objects.get().digest
    # Nothing happened: the same seal, no new one.
    actions.export_head(now=NOON + timedelta(days=1))
    assert Seal.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: "not json",
        lambda text: "[]",
        lambda text: "{}",
        lambda text: "null",
        lambda text: "NaN",
        lambda text: '{"format": NaN}',
        lambda text: "[" * 100_000,
        lambda text: text[:-30],
        lambda text: text.replace("case:2", "case:3"),
        lambda text: text.replace('"heads_count": 1', '"heads_count": 2'),
        lambda text: text.replace("head-1", "head-2"),
    ],
)
def test_a_spoilt_head_file_is_refused_with_the_reason(tmp_path, spoil):
    recorded("case:2")
    file = tmp_path / "head.json"
    heads.write(file, actions.export_head(now=NOON))
    file.write_text(spoil(file.read_text()))
    with pytest.raises(CommandError, match=r"the head file .*Nothing was verified"):
        call_command("verify_ledger", "--head", str(file))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"seal": None},
        {"streams": {}},
        {"streams": [["case:2", 1]]},
        {"streams": [["case:2", True, "x"]]},
        {"streams": []},
        {"seal": {"heads_count": "1"}},
    ],
)
def test_a_head_made_up_with_a_good_digest_is_refused_as_well(tmp_path, change):
    recorded("case:2")
    content = {**actions.export_head(now=NOON), **change}
    content.pop("digest")
    (tmp_path / "head.json").write_text(json.dumps({**content, "digest": chain.digest(content)}))
    with pytest.raises(heads.BadHead):
        heads.read(tmp_path / "head.json")


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_head_file_that_cannot_be_read_is_refused(tmp_path, name):
    with pytest.raises(heads.BadHead, match="cannot be read"):
        heads.read(tmp_path / name)
