/**
 * The settings in force, over HTTP. Start reading at {@link
 * io.millrace.console.settings.SettingsRoute}.
 */
@NullMarked
package io.millrace.console.settings;

import org.jspecify.annotations.NullMarked;
