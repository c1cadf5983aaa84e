"""From the classifier's figures to what is acted on."""

from bot.decision import FALLBACK, REFUSED, Thresholds, decide, decide_unasked, is_doubtful, is_refused, kind_of

SURE = Thresholds(probability=0.3, margin=0.05, familiarity=0.8)
FAMILIAR = 1.2


def test_the_likeliest_intent_is_acted_on() -> None:
    assert decide([("ask_question", 0.6), ("greet", 0.2)], FAMILIAR, SURE) == "ask_question"


def test_a_weak_or_close_guess_is_not() -> None:
    assert decide([("ask_question", 0.25), ("greet", 0.1)], FAMILIAR, SURE) == FALLBACK
    assert decide([("ask_question", 0.41), ("greet", 0.40)], FAMILIAR, SURE) == FALLBACK
    assert decide([], FAMILIAR, SURE) == FALLBACK


def test_a_sure_guess_about_a_strange_text_is_not() -> None:
    assert decide([("ask_question", 0.9), ("greet", 0.1)], 0.5, SURE) == FALLBACK
    assert decide_unasked([("ask_question", 0.9), ("greet", 0.1)], 0.5, SURE) == FALLBACK


def test_an_answer_without_a_question_is_taken_for_what_else_it_may_be() -> None:
    assert (
        decide_unasked([("inform", 0.5), ("open_complaint", 0.4), ("greet", 0.1)], FAMILIAR, SURE) == "open_complaint"
    )


def test_what_is_refused_is_refused_though_something_else_is_likelier_or_the_text_is_strange() -> None:
    ranking = [("ask_question", 0.6), (REFUSED, 0.4)]
    assert decide_unasked(ranking, FAMILIAR, SURE, refused=True) == REFUSED
    assert decide_unasked(ranking, 0.1, SURE, refused=True) == REFUSED


def test_what_is_not_refused_is_taken_for_what_else_it_may_be() -> None:
    ranking = [(REFUSED, 0.6), ("ask_question", 0.35), ("greet", 0.05)]
    assert decide_unasked(ranking, FAMILIAR, SURE) == "ask_question"


def test_a_request_scored_high_enough_is_refused_and_one_below_is_not() -> None:
    assert is_refused({REFUSED: SURE.refusal}, SURE)
    assert not is_refused({REFUSED: SURE.refusal - 0.01}, SURE)


def test_a_question_in_the_same_words_saves_a_request_half_as_much_as_a_grievance() -> None:
    assert is_refused({REFUSED: 0.5, "ask_question": 0.45, "open_complaint": -0.1}, SURE)
    assert not is_refused({REFUSED: 0.5, "ask_question": 0.77}, SURE)
    assert not is_refused({REFUSED: 0.5, "ask_question": 0.0, "open_complaint": 0.46}, SURE)


def test_what_is_refused_though_it_may_be_a_question_is_doubtful() -> None:
    def doubtful(**scores: float) -> bool:
        return is_doubtful({REFUSED: scores.pop("refused"), **scores}, SURE)

    assert not doubtful(refused=SURE.certainty)
    assert doubtful(refused=SURE.certainty - 0.01)
    assert doubtful(refused=0.5, ask_question=0.6, open_complaint=0.4)
    assert not doubtful(refused=0.5, ask_question=0.77)  # a question, and no more
    assert not doubtful(refused=0.5, ask_question=0.6, open_complaint=0.46)


def test_nothing_is_refused_where_no_request_was_learnt_to_be() -> None:
    assert not is_refused({"ask_question": 0.9}, SURE)
    assert not is_refused({}, SURE)


def test_intents_of_one_kind_stand_together() -> None:
    ranking = [("open_complaint", 0.35), ("report_fraud", 0.3), ("talk_to_person", 0.25), ("greet", 0.1)]
    assert decide_unasked(ranking, FAMILIAR, SURE) == "report_fraud"
    assert decide_unasked(ranking, 0.1, SURE) == FALLBACK


def test_every_intent_has_a_kind() -> None:
    assert kind_of("report_fraud") == "handoff"
    assert kind_of(FALLBACK) == "oos"
    assert kind_of("greet") == "chitchat"


def test_what_is_left_without_bare_answers_must_be_likely_among_all() -> None:
    bare = ("inform", 0.9)
    assert decide_unasked([bare, ("greet", 0.08), ("thank", 0.02)], FAMILIAR, SURE) == FALLBACK
    assert decide_unasked([bare, ("ask_question", 0.08), ("thank", 0.02)], FAMILIAR, SURE) == "ask_question"
    assert decide_unasked([bare, ("open_complaint", 0.08), ("thank", 0.02)], FAMILIAR, SURE) == "open_complaint"
