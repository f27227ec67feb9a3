/**
 * The catalogue of topics. Start reading at {@link io.millrace.topics.Topics}, which has every
 * topic with its types; {@link io.millrace.topics.Catalogue} reads their settings from {@code
 * topics.yaml}, and {@link io.millrace.topics.Provisioner} makes a cluster match it.
 */
@NullMarked
package io.millrace.topics;

import org.jspecify.annotations.NullMarked;
