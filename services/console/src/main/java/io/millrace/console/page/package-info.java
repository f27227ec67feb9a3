/** The files of the web page; begin with {@link io.millrace.console.page.PageFiles}. */
@NullMarked
package io.millrace.console.page;

import org.jspecify.annotations.NullMarked;
