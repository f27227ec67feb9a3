/**
 * {@code millrace forget}: finds what is known of a subject, in records and in models. Start
 * reading at {@link io.millrace.cli.forget.ForgetCommand}.
 */
@NullMarked
package io.millrace.cli.forget;

import org.jspecify.annotations.NullMarked;
