/** The labelling service: subjects and labels to examples. */
@NullMarked
package io.millrace.labelling;

import org.jspecify.annotations.NullMarked;
