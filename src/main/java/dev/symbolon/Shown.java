package dev.symbolon;

import dev.symbolon.Config.Setting;
import dev.symbolon.store.Sessions;
import dev.symbolon.tenant.Installed;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// The settings of the installation as operators are shown them.
final class Shown {
    // The others are addresses, folders and keys of the machine.
    private static final Set<Setting> ABOUT_TENANTS = EnumSet.of(
            Setting.SESSION_IDLE,
            Setting.SESSION_ABSOLUTE,
            Setting.CODE_LIFE,
            Setting.KEY_SIGNS,
            Setting.KEY_PUBLISHED_AHEAD,
            Setting.KEY_KEPT,
            Setting.ATTEMPTS_PER_ACCOUNT,
            Setting.ATTEMPTS_PER_ACCOUNT_ANYWHERE,
            Setting.ATTEMPTS_PER_NETWORK,
            Setting.ATTEMPT_WINDOW,
            Setting.EVENTS_KEPT,
            Setting.MAIL_FROM,
            Setting.MAIL_KEPT);

    private Shown() {}

    static Sessions.Limits sessions(Config config) {
        return new Sessions.Limits(config.sessionIdle(), config.sessionAbsolute());
    }

    static Installed installed(Config config) {
        var lines = Arrays.stream(Setting.values())
                .map(setting -> new Installed.Line(
                        setting.variable(),
                        config.shown(setting),
                        setting.sentence().replace("`", ""),
                        config.given().contains(setting),
                        ABOUT_TENANTS.contains(setting)))
                .toList();
        return new Installed(sessions(config), config.eventsKept(), lines);
    }
}
