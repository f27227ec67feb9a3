/**
 * The conventions for records on topics that are independent of their values: CloudEvents headers
 * ({@link io.millrace.runtime.records.EventHeaders}), the records that control a trainer instead of
 * teaching it ({@link io.millrace.runtime.records.ControlRecords}), and the traces of records
 * ({@link io.millrace.runtime.records.Traces}). Start reading at {@link
 * io.millrace.runtime.records.EventHeaders}.
 */
@NullMarked
package io.millrace.runtime.records;

import org.jspecify.annotations.NullMarked;
