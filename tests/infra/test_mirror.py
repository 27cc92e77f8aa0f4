"""A function is one name: its folder, its construct, its place in the template, its environment."""

import importlib

from tests.infra.stages import ROOT, Stage

COMMON = {"POWERTOOLS_SERVICE_NAME"}
FOLDERS = {path.parent.name for path in (ROOT / "functions").glob("*/env.py")}


def test_each_folder_has_a_construct_of_its_name() -> None:
    assert {path.stem for path in (ROOT / "infra/functions").glob("[!_]*.py")} == FOLDERS


def test_each_folder_is_deployed(any_stage: Stage) -> None:
    assert set(any_stage.functions()) == FOLDERS


def test_a_function_has_the_variables_that_its_model_names(any_stage: Stage) -> None:
    for name, properties in any_stage.functions().items():
        model = importlib.import_module(f"functions.{name}.env").Env

        assert properties["Environment"]["Variables"].keys() - COMMON == model.model_fields.keys(), name


def test_a_function_runs_the_handler_in_its_folder(any_stage: Stage) -> None:
    for name, properties in any_stage.functions().items():
        assert properties["Handler"] == f"functions.{name}.handler.lambda_handler"
        assert properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == name
