/**
 * The console's page in a real browser. {@link io.millrace.tests.browser.ConsolePageTest} does what
 * a person does; {@link io.millrace.tests.browser.PlayedConsole} answers as the console would, and
 * {@link io.millrace.tests.browser.Browser} is Chromium without a screen. {@link
 * io.millrace.tests.browser.WholeMillraceCampaign} does it with all services, and {@link
 * io.millrace.tests.browser.OpenPageCampaign} leaves a page open.
 */
@NullMarked
package io.millrace.tests.browser;

import org.jspecify.annotations.NullMarked;
