/**
 * The conventions for records on topics that are independent of their values: CloudEvents headers
 * ({@link io.millrace.runtime.records.EventHeaders}) and the records that control a trainer instead
 * of teaching it ({@link io.millrace.runtime.records.ControlRecords}). Start reading at {@link
 * io.millrace.runtime.records.EventHeaders}.
 */
@NullMarked
package io.millrace.runtime.records;

import org.jspecify.annotations.NullMarked;
