/** Holds what is in {@code deploy} to the tools that will read it and to the code that it runs. */
@NullMarked
package io.millrace.deploy;

import org.jspecify.annotations.NullMarked;
