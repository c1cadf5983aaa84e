"""The noise that calibration adds to askings."""

from ticketing.knowledge.perturbation import typed_badly
from ticketing.knowledge.pinyin import syllable
from ticketing.knowledge.slips import Slips, romanised

ASKINGS = ["怎么提现到我的银行卡里面", "钱转错了怎么办理退回", "how do I withdraw my whole balance to a card"]


def test_askings_are_always_spoiled_the_same_way_and_not_as_in_the_measure() -> None:
    spoiled = [Slips(ASKINGS).typed(asking) for asking in ASKINGS]
    assert spoiled == [Slips(ASKINGS).typed(asking) for asking in ASKINGS]
    assert spoiled not in (ASKINGS, [typed_badly(asking) for asking in ASKINGS])


def test_pinyin_keeps_the_sounds_and_leaves_english_alone() -> None:
    assert romanised(ASKINGS[0]).replace(" ", "") == "".join(map(syllable, ASKINGS[0]))
    assert romanised(ASKINGS[2]) == ASKINGS[2]
