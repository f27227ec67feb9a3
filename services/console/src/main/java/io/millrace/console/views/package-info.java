/**
 * What the memories hold, as JSON over HTTP. Start reading at {@link
 * io.millrace.console.views.ReadRoutes}. {@link io.millrace.console.views.LiveEvents} passes the
 * same on as events.
 */
@NullMarked
package io.millrace.console.views;

import org.jspecify.annotations.NullMarked;
