/** {@code millrace dead-letters}: lists unusable records and sends them again. */
@NullMarked
package io.millrace.cli.deadletters;

import org.jspecify.annotations.NullMarked;
