/** Records as JSON for people. Start reading at {@link io.millrace.cli.json.RecordJson}. */
@NullMarked
package io.millrace.cli.json;

import org.jspecify.annotations.NullMarked;
