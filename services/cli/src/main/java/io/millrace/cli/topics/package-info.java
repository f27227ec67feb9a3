/** {@code millrace topics}: compares the cluster's topics with the catalogue and creates them. */
@NullMarked
package io.millrace.cli.topics;

import org.jspecify.annotations.NullMarked;
