/**
 * The settings of a process: where they come from, how they are checked, and the errors that stop a
 * service because of them.
 *
 * <p>Start reading at {@link io.millrace.runtime.settings.Settings}: it collects names and texts
 * from a properties file, {@code MILLRACE_*} variables and the command line. {@link
 * io.millrace.runtime.settings.CommonConfig} has the settings that all services share; each service
 * has a {@code …Config} of its own. A bad setting is a {@link
 * io.millrace.runtime.settings.SettingsException}; settings that disagree with what the topics
 * hold, such as a checkpoint, are an {@link
 * io.millrace.runtime.settings.IncompatibleStateException}.
 */
@NullMarked
package io.millrace.runtime.settings;

import org.jspecify.annotations.NullMarked;
