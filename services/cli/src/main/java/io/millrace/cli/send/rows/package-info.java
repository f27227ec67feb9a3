/**
 * Reads files that hold many records: JSON, JSON lines, tables with separators, Parquet. Start
 * reading at {@link io.millrace.cli.send.rows.RowReader}, which has one implementation for each;
 * all but Parquet read their text through {@link io.millrace.cli.send.rows.StrictText}, which
 * replaces no byte in silence.
 */
@NullMarked
package io.millrace.cli.send.rows;

import org.jspecify.annotations.NullMarked;
