"""A study's settings and the names of its columns in, what the book used of it as Define-XML 2.1 out.

Tables, variables, types, code lists, derivations and the plan of `study.toml`. It never sees a
value of a table: code lists are those that `study.toml` declares, lengths are planned ones, and the
texts that tell how a time ended are counted, as a rare one could be one patient's.

Form: CDISC, Define-XML v2.1, https://www.cdisc.org/standards/data-exchange/define-xml.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.etree import ElementTree as tree

from helpers import schema
from helpers.config import StudyConfig
from helpers.exchange import ard, plan_words
from helpers.study import Study

Columns = Mapping[str, Sequence[str]]  # table -> the columns of it that the book uses
ODM, DEF = "http://www.cdisc.org/ns/odm/v1.3", "http://www.cdisc.org/ns/def/v2.1"
XML = "http://www.w3.org/XML/1998/namespace"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
STANDARD = "STD.ADAMIG"
PLAN = "COM.PLAN"
CLASSES = {
    "adsl": ("SUBJECT LEVEL ANALYSIS DATASET", "One record per subject"),
    "adlb": ("BASIC DATA STRUCTURE", "One record per subject per parameter per visit"),
    "adae": ("OCCURRENCE DATA STRUCTURE", "One record per subject per event"),
    "adtte": ("BASIC DATA STRUCTURE", "One record per subject per parameter"),
}
TITLES = {
    "adsl": "Subject-Level Analysis Dataset", "adlb": "Laboratory Analysis Dataset",
    "adae": "Adverse Events Analysis Dataset", "adtte": "Time-to-Event Analysis Dataset",
}  # fmt: skip
MORE = {"adae": {"AEREL": "causality", "AETOXGR": "toxicity grade"}}
DERIVED = {"adsl": ("ARM",), "adlb": ("BASE", "CHG"), "adtte": ("COMPETING",)}
SAS = 8  # characters of a name in a SAS transport file
LENGTHS = {"text": "200", "integer": "8", "float": "8"}  # planned, of no table


def columns_of(study: Study) -> dict[str, list[str]]:
    """The columns that the book uses of each table that the study has, with those it derives."""
    out = {}
    for name, known in schema.COLUMNS.items():
        frame = getattr(study, name)
        if frame is None:
            continue
        plan = study.config.analysis.columns if name == "adsl" else ()
        wanted = dict.fromkeys([*known, *MORE.get(name, {}), *plan])
        derived = [c for c in DERIVED.get(name, ()) if c not in wanted]
        computed = DERIVED.get(name, ())
        out[name] = [*(c for c in wanted if c in frame.columns or c in computed), *derived]
    return out


def text(config: StudyConfig, columns: Columns, *, note: str = "") -> str:
    """The document; `columns` as `columns_of` has them, `note` a warning that it must carry."""
    for prefix, space in (("", ODM), ("def", DEF)):
        tree.register_namespace(prefix, space)
    root = _element("ODM", FileType="Snapshot", FileOID=f"DEF.{config.id}", ODMVersion="1.3.2",
                    CreationDateTime=ard.CREATED, Originator="helpers",
                    **{_d("Context"): "Other"})  # fmt: skip
    version = _version(root, config, note)
    _tables(version, columns)
    _items(version, config, columns)
    _code_lists(version, config, columns)
    _methods(version, config, columns)
    comment = _element(_d("CommentDef"), version, OID=PLAN)
    _described(comment, " ".join(plan_words.sentences(config)))
    tree.indent(root)
    return DECLARATION + tree.tostring(root, encoding="unicode") + "\n"


def _version(root: tree.Element, config: StudyConfig, note: str) -> tree.Element:
    """The study with its names, and the version of its metadata, which is returned."""
    study = _element("Study", root, OID=ard.study_oid(config))
    names = _element("GlobalVariables", study)
    about = " ".join(filter(None, (note, config.title)))
    for tag, words in (("StudyName", config.short), ("StudyDescription", about),
                       ("ProtocolName", config.id)):  # fmt: skip
        _element(tag, names).text = words
    version = _element("MetaDataVersion", study, OID=ard.metadata_oid(config), Name=config.short,
                       **{_d("DefineVersion"): "2.1.0", _d("CommentOID"): PLAN})  # fmt: skip
    standards = _element(_d("Standards"), version)
    _element(_d("Standard"), standards, OID=STANDARD, Name="ADaMIG", Type="IG", Version="1.1",
             Status="Final")  # fmt: skip
    return version


def _d(name: str) -> str:
    return f"{{{DEF}}}{name}"


def _element(tag: str, parent: tree.Element | None = None, **attributes: str) -> tree.Element:
    name = tag if tag.startswith("{") else f"{{{ODM}}}{tag}"
    made = tree.Element(name, attributes)
    if parent is not None:
        parent.append(made)
    return made


def _described(parent: tree.Element, words: str) -> None:
    described = _element("Description", parent)
    _element("TranslatedText", described, **{f"{{{XML}}}lang": "en"}).text = words


def _tables(version: tree.Element, columns: Columns) -> None:
    """An ItemGroupDef a table, then that of the results."""
    for name, variables in columns.items():
        kind, rows = CLASSES[name]
        group = _group(version, name.upper(), TITLES[name], rows, repeating=name != "adsl")
        for i, variable in enumerate(variables, 1):
            spec = schema.COLUMNS[name].get(variable)
            method = {"MethodOID": _method(name, variable)} if _derived(name, variable) else {}
            _element("ItemRef", group, ItemOID=_oid(name, variable), OrderNumber=str(i),
                     Mandatory=_yes(spec is not None and not spec.missing), **method)  # fmt: skip
        _element(_d("Class"), group, Name=kind)
    group = _group(
        version, ard.NAME, ard.LABEL, "One record per number of a result", repeating=True
    )
    for i, variable in enumerate(ard.COLUMNS, 1):
        key = {"KeySequence": str(ard.KEYS.index(variable) + 1)} if variable in ard.KEYS else {}
        _element("ItemRef", group, ItemOID=_oid(ard.NAME, variable), OrderNumber=str(i),
                 Mandatory=_yes(variable in ard.KEYS), **key)  # fmt: skip
    _element(_d("Class"), group, Name="ADAM OTHER")


def _group(
    version: tree.Element, name: str, title: str, rows: str, *, repeating: bool
) -> tree.Element:
    standard = {_d("IsNonStandard"): "Yes"} if name == ard.NAME else {_d("StandardOID"): STANDARD}
    group = _element("ItemGroupDef", version, OID=f"IG.{name}", Name=name, Repeating=_yes(repeating),
                     IsReferenceData="No", SASDatasetName=name, Purpose="Analysis",
                     **{_d("Structure"): rows}, **standard)  # fmt: skip
    _described(group, title)
    return group


def _yes(answer: bool) -> str:
    return "Yes" if answer else "No"


def _oid(table: str, variable: str) -> str:
    return f"IT.{table.upper()}.{variable}"


def _method(table: str, variable: str) -> str:
    return f"MT.{table.upper()}.{variable}"


def _derived(table: str, variable: str) -> bool:
    return variable in DERIVED.get(table, ())


def _items(version: tree.Element, config: StudyConfig, columns: Columns) -> None:
    for table, variables in columns.items():
        ours = config.columns.get(table, {})
        for variable in variables:
            words = _meaning(config, table, variable)
            given = f"{words} (column {ours[variable]} of the file)" if variable in ours else words
            item = _item(version, _oid(table, variable), variable, _type(table, variable), given)
            if code_list := _list_of(config, table, variable):
                _element("CodeListRef", item, CodeListOID=code_list)
            _origin(item, derived=_derived(table, variable))
    for variable, (label, kind) in ard.COLUMNS.items():
        data = "float" if kind == "double" else "text"
        _origin(_item(version, _oid(ard.NAME, variable), variable, data, label), derived=True)


def _item(version: tree.Element, oid: str, name: str, kind: str, words: str) -> tree.Element:
    digits = {"SignificantDigits": "7"} if kind == "float" else {}
    field = {"SASFieldName": name} if len(name) <= SAS else {}
    item = _element("ItemDef", version, OID=oid, Name=name, DataType=kind, Length=LENGTHS[kind],
                    **field, **digits)  # fmt: skip
    _described(item, words)
    return item


def _origin(item: tree.Element, *, derived: bool) -> None:
    """Of what the sponsor's tables hold no more is known than that they came so."""
    kind = {"Type": "Derived", "Source": "Vendor"} if derived else {"Type": "Not Available"}
    _element(_d("Origin"), item, **kind)


def _meaning(config: StudyConfig, table: str, variable: str) -> str:
    if variable in config.analysis.columns and table == "adsl":
        return "covariate, stratum or centre of the planned analysis"
    spec = schema.COLUMNS[table].get(variable)
    named = {"ARM": "arm, as the pages label it", "COMPETING": "whether another event came first"}
    return spec.meaning if spec else MORE.get(table, {}).get(variable) or named[variable]


def _type(table: str, variable: str) -> str:
    spec = schema.COLUMNS[table].get(variable)
    kind = spec.kind if spec else "text"
    return {"number": "float", "time": "float", "code": "integer"}.get(kind, "text")


def _list_of(config: StudyConfig, table: str, variable: str) -> str:
    """The code list of a variable, "" for none: flags, arms and parameters are declared."""
    spec = schema.COLUMNS[table].get(variable)
    if (spec and spec.kind == "flag") or variable == "COMPETING":
        return "CL.NY"
    if variable == "TRT01A":
        return "CL.ARM"
    declared = {"adlb": config.parameters, "adtte": config.endpoints}.get(table)
    return f"CL.{table.upper()}.PARAMCD" if variable == "PARAMCD" and declared else ""


def _code_lists(version: tree.Element, config: StudyConfig, columns: Columns) -> None:
    arms = {value: arm.label for arm in config.arms for value in arm.values}
    lists = {"CL.ARM": ("Treatment arms", arms), "CL.NY": ("Yes or no", {"N": "No", "Y": "Yes"})}
    for table, declared in (("adlb", config.parameters), ("adtte", config.endpoints)):
        codes = {
            p.paramcd: f"{p.label} ({p.unit})" if p.unit else p.label for p in declared.values()
        }
        lists[f"CL.{table.upper()}.PARAMCD"] = (f"Parameters of {table}", codes)
    used = {_list_of(config, t, v) for t, variables in columns.items() for v in variables}
    for oid, (name, codes) in lists.items():
        if oid in used:
            _code_list(version, oid, name, codes)


def _code_list(version: tree.Element, oid: str, name: str, codes: Mapping[str, str]) -> None:
    made = _element("CodeList", version, OID=oid, Name=name, DataType="text",
                    **{_d("IsNonStandard"): "Yes"})  # fmt: skip
    for code, words in codes.items():
        decode = _element("Decode", _element("CodeListItem", made, CodedValue=code))
        _element("TranslatedText", decode, **{f"{{{XML}}}lang": "en"}).text = words


def _methods(version: tree.Element, config: StudyConfig, columns: Columns) -> None:
    words = plan_words.derivations(config)
    for table, variable in _all(columns):
        if _derived(table, variable):
            method = _element("MethodDef", version, OID=_method(table, variable), Type="Computation",
                              Name=f"{table.upper()}.{variable}")  # fmt: skip
            _described(method, words[variable])


def _all(columns: Columns) -> Iterable[tuple[str, str]]:
    return ((table, variable) for table, variables in columns.items() for variable in variables)
