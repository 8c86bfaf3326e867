package dev.symbolon.page;

import dev.symbolon.oauth.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a person sees of their own account. Every form posts `csrf` to the path of its own.
public sealed interface AccountPage extends Page {
    /// What stands around it.
    Frame frame();

    /// What every page knows.
    ///
    /// @param csrf shows that the form was ours
    /// @param back where the person came from, with the way back
    /// @param carried what each address carries on for that; empty, or `?` and parameters
    record Frame(String csrf, Optional<App> back, String carried) {
        /// The address of another page.
        public String href(String path) {
            return path + carried;
        }
    }

    /// Everything at a glance.
    ///
    /// @param profile by the names of the claims
    /// @param email absent when nobody has told us one
    /// @param others the other accounts of this browser
    /// @param passwords whether people sign in with passwords here
    /// @param connectable connections that the account has no identity of yet
    /// @param devices the latest used, this one first
    /// @param moreDevices how many there are beside them, for example `12` or `80+`; empty when these are all
    record Overview(
            Frame frame,
            Who who,
            Map<String, String> profile,
            Optional<Address> email,
            List<Who> others,
            Passwords passwords,
            List<IdentityLine> identities,
            List<StepPage.Way> connectable,
            List<DeviceLine> devices,
            String moreDevices,
            List<AppLine> apps,
            Optional<Notice> notice)
            implements AccountPage {
        public Overview {
            profile = Map.copyOf(profile);
            others = List.copyOf(others);
            identities = List.copyOf(identities);
            connectable = List.copyOf(connectable);
            devices = List.copyOf(devices);
            apps = List.copyOf(apps);
        }

        /// Whether all other devices were just signed out, and not one of several.
        public boolean isAlone() {
            return devices.size() == 1
                    && notice.filter(one -> one == Notice.ENDED).isPresent();
        }
    }

    /// An e-mail address and whether it was shown to be theirs.
    record Address(String text, boolean verified) {}

    /// Whether there are passwords, and whether the person has one.
    enum Passwords {
        NONE_HERE,
        UNSET,
        SET
    }

    /// Who the person is at another server.
    ///
    /// @param connection posted back with `subject`
    /// @param shownAs what they recognise themselves by
    /// @param used when they last came from there
    record IdentityLine(
            String connection, String subject, Connection.Icon icon, String label, String shownAs, String used) {}

    /// Where the person is signed in.
    ///
    /// @param session posted back
    /// @param name browser and system; empty when nothing is known of it
    /// @param seen day and time
    /// @param isThis the one that asks
    record DeviceLine(String session, String name, String seen, boolean isThis) {}

    /// An application that may do something.
    ///
    /// @param client posted back
    /// @param since a day
    record AppLine(String client, String name, List<ScopeLine> asks, String since) {
        public AppLine {
            asks = List.copyOf(asks);
        }
    }

    /// Posts the claims to `/account/profile`.
    ///
    /// @param wrong the names of what cannot be so
    record ProfileForm(Frame frame, Map<String, String> values, List<String> wrong, Optional<Notice> notice)
            implements AccountPage {
        /// The claims that a person writes themselves, in the order of the form.
        public static final List<String> NAMES =
                List.of("name", "given_name", "family_name", "nickname", "locale", "zoneinfo");

        public ProfileForm {
            values = Map.copyOf(values);
            wrong = List.copyOf(wrong);
        }

        /// Whether the person begins to type here.
        public boolean isFirstWrong(String name) {
            return wrong.stream().findFirst().filter(name::equals).isPresent();
        }

        /// What a browser may fill a field with.
        public String autocomplete(String name) {
            return switch (name) {
                case "name" -> "name";
                case "given_name" -> "given-name";
                case "family_name" -> "family-name";
                case "nickname" -> "nickname";
                case "locale" -> "language";
                default -> "off";
            };
        }

        /// What stands in a field.
        public String value(String name) {
            return values.getOrDefault(name, "");
        }
    }

    /// Posts `password` to `/account/password`.
    ///
    /// @param email for the password manager
    record PasswordForm(Frame frame, String email, Optional<Notice> notice) implements AccountPage {}

    /// Posts `username` to `/account/email`.
    record EmailForm(Frame frame, String now, String typed, Optional<Notice> notice) implements AccountPage {}

    /// Posts `connection` to `/account/identities/add`.
    record Add(Frame frame, StepPage.Way way) implements AccountPage {}

    /// Posts to `/account/delete`.
    record Delete(Frame frame, Who who) implements AccountPage {}

    /// It is gone.
    record Gone(Frame frame) implements AccountPage {}
}
