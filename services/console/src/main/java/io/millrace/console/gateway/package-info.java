/**
 * Puts together what is answered under {@code /v1}. Start reading at {@link
 * io.millrace.console.gateway.GatewayPart}.
 */
@NullMarked
package io.millrace.console.gateway;

import org.jspecify.annotations.NullMarked;
