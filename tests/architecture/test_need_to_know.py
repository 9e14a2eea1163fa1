"""No door reads objects around need-to-know: who may read them unfiltered is listed here."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "legation"
READ = re.compile(
    r"(?<!known)\.objects\.(?!as_read_by\b)(get|get_many|find|relations|history|counts\w*)\("
)
# The house's own work: nothing of it is shown to a person.
UNFILTERED = {
    "app/home.py": "its own identity, which signs what leaves",
    "app/indexing.py": "texts under their objects, by whose labels the search then chooses",
    "app/recording.py": "what a run found before, so that a later version keeps its times",
    "app/registers.py": "that no key is given twice, whoever may know of its row",
    "app/cases/filing.py": "the version of a case's incident, so that the next one keeps its times",
    "app/cases/shared.py": "the incident of a case for the doctor, held against its entries",
    "app/sharing/aligning.py": "what stands before partners, to be taken out whoever may know it",
    "app/checks.py": "a sum of rows for the doctor, of no reader and by no name",
    "app/weakening.py": "that the trail has each breach that says less, whoever may know of it",
    "store/agreement.py": "whether what a run found is still there",
}


def test_only_the_houses_own_work_reads_objects_unfiltered() -> None:
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if READ.search(path.read_text("utf-8"))
    }
    assert found == set(UNFILTERED)


def test_the_view_of_a_reader_has_no_question_of_its_own_without_the_condition() -> None:
    text = (SOURCE / "store" / "readable.py").read_text("utf-8")
    bodies = re.split(r"^    def ", text, flags=re.MULTILINE)[1:]
    asking = [body for body in bodies if re.search(r"\bselect\(|\bchosen\(", body)]
    assert len(asking) > 4
    assert [body.split("(")[0] for body in asking if "_admitted(" not in body] == ["_shown"]
