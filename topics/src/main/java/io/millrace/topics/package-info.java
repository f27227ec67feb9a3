/** The catalogue of topics, typed, and the provisioner that makes a cluster match it. */
@NullMarked
package io.millrace.topics;

import org.jspecify.annotations.NullMarked;
