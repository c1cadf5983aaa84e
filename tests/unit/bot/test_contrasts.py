"""The same act asked for and asked about: what the assistant learns refusals from."""

from collections import Counter, defaultdict

import yaml

from bot.decision import REFUSED
from bot.training_data import DATA, contrasts


def test_no_sentence_is_learnt_as_two_things() -> None:
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for block in contrasts():
        for text in block["examples"]:
            wanted[text].add(block["intent"])
    assert {text: intents for text, intents in wanted.items() if len(intents) > 1} == {}


def test_every_word_and_every_frame_is_used() -> None:
    texts = [text for block in contrasts() for text in block["examples"]]
    groups = [
        group for path in DATA.glob("contrasts/*.yml") for group in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    words = {word for group in groups for word in group["words"]}
    assert {word for word in words if not any(word in text for text in texts)} == set()
    assert all("{}" in frame for group in groups for frames in group["said"].values() for frame in frames)


def test_complaints_carry_their_class_and_neither_side_outweighs_the_other() -> None:
    blocks = list(contrasts())
    assert all(
        block["metadata"]["category"] in {"product_service", "policy_issue"}
        for block in blocks
        if block["intent"] == "open_complaint"
    )
    sizes = Counter({REFUSED: 0})
    for block in blocks:
        sizes[block["intent"]] += len(block["examples"])
    assert 0.5 < sizes[REFUSED] / sizes["ask_question"] < 2
