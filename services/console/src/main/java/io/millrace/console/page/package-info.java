/** The files of the web page. Start reading at {@link io.millrace.console.page.PageFiles}. */
@NullMarked
package io.millrace.console.page;

import org.jspecify.annotations.NullMarked;
