/** The settings of the text service. Begin with {@link io.millrace.text.config.TextConfig}. */
@NullMarked
package io.millrace.text.config;

import org.jspecify.annotations.NullMarked;
