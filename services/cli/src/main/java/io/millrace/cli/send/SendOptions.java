package io.millrace.cli.send;

import io.millrace.cli.send.rows.FieldNames;
import io.millrace.cli.send.rows.SeparatedReader;
import java.util.Optional;

/**
 * How files are read.
 *
 * @param label the label of records that have none of their own
 * @param labelFromFolder whether that label is the name of the file's first folder
 * @param format the format of all files; empty to tell it from each
 * @param tables how text is read, tables above all
 * @param fields which fields of a record are used
 * @param idPrefix stands before every id
 */
record SendOptions(
    Optional<String> label,
    boolean labelFromFolder,
    Optional<InputFormat> format,
    SeparatedReader.Options tables,
    FieldNames fields,
    String idPrefix) {

  /** The label of a file's records that have none of their own. */
  Optional<String> labelOf(InputFile file) {
    return labelFromFolder ? file.folder() : label;
  }
}
