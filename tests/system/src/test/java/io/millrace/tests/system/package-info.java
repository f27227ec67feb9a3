/** The whole of Millrace, in real processes and containers, seen from outside. */
@NullMarked
package io.millrace.tests.system;

import org.jspecify.annotations.NullMarked;
