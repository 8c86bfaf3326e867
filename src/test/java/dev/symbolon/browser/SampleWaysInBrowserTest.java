package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.symbolon.spec.Browser;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;

/// The buttons beside “Sign in” on the sample's own page: another server, and a code by mail.
final class SampleWaysInBrowserTest extends BrowserTest {
    @Test
    void one_button_leads_through_another_server_and_back_into_the_application() {
        var tab = sample(browser());
        tab.click("#ways button[data-connection=acme]");
        assertThat(tab.locator("header bdi")).hasText("Acme");
        signIn(tab, World.GRACE);
        assertThat(tab.locator("#user-name")).hasText("Grace Hopper");
        assertEquals(world().sample + "/", tab.url());
        assertThat(tab.locator("#message [role=status]")).hasText("Welcome. Your account was created.");
        assertApiAnswers(tab);
    }

    @Test
    void a_code_by_mail_signs_in_without_leaving_the_page() {
        var tab = sample(browser());
        tab.fill("#email", World.ADA);
        tab.click("#send-code");
        assertThat(tab.locator("#with-code")).isVisible();
        tab.fill("#otp", "000000");
        tab.click("#use-code");
        assertThat(tab.locator("#message [role=alert]")).containsText("not the code");
        tab.fill("#otp", code());
        tab.click("#use-code");
        assertThat(tab.locator("#user-name")).hasText("Ada Lovelace");
        assertEquals(world().sample + "/", tab.url());
        assertApiAnswers(tab);
    }

    private String code() {
        var mails = Browser.exchange(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + world().managementPort() + "/dev/mail.json"))
                        .GET());
        return mails.json().get(0).get("text").textValue().replaceAll("(?s).*\\n([0-9]{3}) ([0-9]{3})\\n.*", "$1$2");
    }
}
