"""An edition's records and tables in, the files that the field exchanges out; nothing is computed.

`analyses` puts the records together to analyses, `ars` writes them as CDISC Analysis Results
Standard, `ard` as a data set in Dataset-JSON, `table_rtf` a page's table as RTF, `define` what was
used as Define-XML; `files` writes them all into a built site. A number that a page withholds is in
no record, so it is in none of the files.
"""

from helpers.exchange.define import columns_of
from helpers.exchange.files import Shown, write

__all__ = ["Shown", "columns_of", "write"]
