"""What is told of a target: whether it is met, and why not."""

from bench.targets import HEADING, Target, reasons

MET = Target("G1", "starts", 1250, 1186.6, "M", why="nobody asks")
MISSED = Target(
    "G2", "dollars", 2.5, 3.456, "$", beyond=0.956, least=3.1, why="transactions are billed twice"
)


def test_a_target_is_met_up_to_its_limit() -> None:
    assert Target("G1", "starts", 5, 5).is_met
    assert not Target("G1", "starts", 5, 5.001).is_met


def test_a_row_says_what_was_wanted_and_what_is() -> None:
    assert MET.cells == ["G1 starts", "1,250 M", "1,187 M", "met", "–"]
    assert MISSED.cells == ["G2 dollars", "$2.50", "$3.46", "missed", "$3.10"]
    assert len(MET.cells) == len(HEADING)


def test_reasons_are_told_of_what_is_missed_and_of_nothing_else() -> None:
    told = reasons([MET, MISSED])

    assert "- G2, dollars: transactions are billed twice." in told
    assert "nobody asks" not in told
    assert reasons([MET]) == ""
