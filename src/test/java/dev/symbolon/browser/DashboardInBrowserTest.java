package dev.symbolon.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// An operator in a real browser, in a world of their own: from the link that the first start prints to a working
/// application, and from an error that somebody saw to the end of it.
final class DashboardInBrowserTest extends OwnWorldTest {
    @Test
    void a_newcomer_goes_from_the_setup_link_to_a_working_sign_in() {
        var tab = browser().newPage();
        var issuer = setUp(tab);
        assertThat(tab.getByRole(AriaRole.STATUS)).hasText("Welcome. You own this tenant now.");

        room(tab, "Clients");
        tab.click("#new");
        tab.fill("#name", "My shop");
        tab.getByText("Single-page application").click();
        tab.click("#create");
        assertThat(tab.locator("h1")).hasText("My shop");
        assertThat(tab.locator(".notice.warning")).containsText("Nobody can sign in yet");
        tab.fill("#redirect_uris", own.sample + "/callback");
        tab.fill("#post_logout_redirect_uris", own.sample + "/");
        tab.click("#save-urls");
        assertThat(tab.getByRole(AriaRole.STATUS)).hasText("Saved.");
        assertThat(tab.locator("#snippet-sdk")).containsText("redirectTo: \"" + own.sample + "/callback\"");

        own.sampleIs(issuer, tab.locator("#client-id").textContent());
        signedInSample(browser(), "olga@example.com");
    }

    private static void room(Page tab, String title) {
        tab.locator(".wideonly .rooms a", new Page.LocatorOptions().setHasText(title))
                .click();
    }

    private String setUp(Page tab) {
        tab.navigate(own.newTenant("harbour"));
        tab.fill("#name", "Olga Owner");
        tab.fill("#email", "olga@example.com");
        tab.fill("#password", World.PASSWORD);
        tab.click("#create");
        assertThat(tab.locator("#issuer")).isVisible();
        return tab.locator("#issuer").textContent();
    }

    @Test
    void a_wrong_callback_is_explained_by_the_id_that_a_person_saw_and_one_button_ends_it() {
        own.operator(World.ADA, dev.symbolon.oauth.Role.OWNER);
        var wrong = own.callback.url() + "/wrong";
        var visitor = browser().newPage();
        visitor.navigate(own.authorize(World.PLAIN, Map.of("redirect_uri", wrong)));
        var id = visitor.locator("#error-id").textContent();

        var tab = browser().newPage();
        tab.navigate(own.issuer + "/dashboard/errors");
        signIn(tab, World.ADA);
        assertThat(tab.locator("h1")).hasText("Explain an error");
        // Refusals are written once a second.
        while (tab.locator("a[href='/dashboard/errors/" + id + "']").count() == 0) {
            tab.reload();
        }
        tab.fill("#id", id.toLowerCase(java.util.Locale.ROOT));
        tab.keyboard().press("Enter");
        assertThat(tab.locator("h1")).hasText("The redirect_uri is not an Allowed Callback URL");
        assertThat(tab.locator("#received")).hasText(wrong);
        assertThat(tab.locator("#received mark")).hasText("/wrong");
        tab.click("#add");
        assertThat(tab.getByRole(AriaRole.STATUS)).hasText("Added. It counts at once.");
        assertThat(tab.locator("h1")).hasText("This is registered now");

        visitor.navigate(own.authorize(World.PLAIN, Map.of("redirect_uri", wrong)));
        assertLoginPage(visitor);
    }

    @Test
    void whoever_is_no_operator_is_told_so_and_may_sign_in_as_somebody_else() {
        own.operator(World.ADA, dev.symbolon.oauth.Role.OWNER);
        var bob = own.person("bob@example.com", "Bob");
        var tab = browser().newPage();
        tab.navigate(own.issuer + "/dashboard");
        signIn(tab, bob);
        assertThat(tab.locator("h1")).hasText("You are no operator of this tenant");
        assertEquals(0, tab.locator(".rooms").count());
        tab.click("#somebody-else");
        tab.click("#use-another");
        signIn(tab, World.ADA);
        assertThat(tab.locator(".wideonly .rooms")).isVisible();
    }

    @Test
    void a_chosen_file_is_imported_in_pieces_and_the_tenant_goes_out_as_one() throws java.io.IOException {
        own.operator(World.ADA, dev.symbolon.oauth.Role.OWNER);
        var tab = browser().newPage();
        tab.navigate(own.issuer + "/dashboard/transfer/open");
        signIn(tab, World.ADA);
        var text = new StringBuilder("{\"format\":\"symbolon-tenant\",\"version\":1}\n");
        for (var i = 0; i < 600; i++) {
            text.append("{\"type\":\"person\",\"sub\":\"carried")
                    .append(i)
                    .append("\",\"name\":\"Zoë 🚢 ")
                    .append(i)
                    .append("\"}\n");
        }
        text.append("nonsense");
        tab.setInputFiles(
                "#file",
                new com.microsoft.playwright.options.FilePayload(
                        "people.jsonl",
                        "application/jsonl",
                        text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        tab.click("#send");
        assertThat(tab.locator("#sent")).hasText("Done: 600 added, 0 there already, 1 refused.");
        assertThat(tab.locator("#imports")).containsText("people.jsonl");
        tab.navigate(own.issuer + "/dashboard/transfer");
        tab.getByText("Lines of people.jsonl that were passed over").click();
        assertThat(tab.locator("#imports details")).containsText("Line 602: The line is not JSON");
        tab.click("#change");
        var download = tab.waitForDownload(() -> tab.click("#export"));
        var lines = java.nio.file.Files.readAllLines(download.path());
        assertEquals(
                600, lines.stream().filter(line -> line.contains("\"carried")).count());

        tab.navigate(own.issuer + "/dashboard/transfer/open");
        tab.getByText("Paste a few lines instead").click();
        tab.fill("#text", "{\"format\":\"symbolon-tenant\",\"version\":1}\n{\"type\":\"person\",\"sub\":\"pasted\"}");
        tab.click("#paste");
        assertThat(tab.locator("#imports")).containsText("pasted lines");
    }
}
