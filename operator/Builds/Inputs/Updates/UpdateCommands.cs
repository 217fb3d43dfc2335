using GemmaOperator.Api.Updates;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Updates;

/// <summary>
/// Renders the shell commands of the layer that updates the operating system, for dash and busybox alike. apt alone is
/// spoken to; a base that has another manager, or none, is built on as it is and says so in the note.
/// </summary>
internal static class UpdateCommands
{
    /// <summary>
    /// Holds apt's options. Questions about configuration files are answered by keeping what is there; no caches that
    /// would only fill the layer.
    /// </summary>
    private const string Options =
        "-q -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef "
        + "-o Dpkg::Options::=--force-confold -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=";

    /// <summary>
    /// Makes of the security suites (as unattended-upgrades knows them, by what Release files say of themselves and not
    /// by the names of mirrors) the only source that what is installed is upgraded from. Below 100, the priority of
    /// what is installed, a version is taken for new dependencies alone (apt_preferences(5)). What is installed has to
    /// be named before the rest, or it would be below 100 itself.
    /// </summary>
    private const string Preferences =
        "printf 'Package: *\\nPin: release %s\\nPin-Priority: %s\\n\\n' "
        + "'o=Ubuntu*, a=*-security' 500 l=Debian-Security 500 a=now 100 '*' 50 > $work/preferences";

    /// <summary>Gets the same as a file of apt's, for whoever only asks.</summary>
    public static string PreferencesText { get; } =
        string.Concat(
            new[] { ("o=Ubuntu*, a=*-security", 500), ("l=Debian-Security", 500), ("a=now", 100), ("*", 50) }.Select(
                pin => $"Package: *\nPin: release {pin.Item1}\nPin-Priority: {pin.Item2}\n\n"
            )
        );

    /// <summary>Matches what <c>apt-cache policy</c> says of a source that updates can come from.</summary>
    public const string AnySource = "release .*[a-z]=";

    /// <summary>Matches the same of the security suites.</summary>
    public const string SecuritySource = "release .*(o=Ubuntu[A-Za-z]*,a=[a-z-]+-security|l=Debian-Security)";

    /// <summary>
    /// Lists what is installed, one line a package: name and architecture, version, state, maintainer.
    /// </summary>
    private const string List =
        "list() { dpkg-query -W -f '${Package}:${Architecture}\\t${Version}\\t${Status}\\t${Maintainer}\\n' | "
        + "LC_ALL=C sort > $work/$1; }";

    /// <summary>Names what is held, with its version, and what isn't on hold yet.</summary>
    private const string Hold =
        "$3 ~ / ok installed$/ { name = $1; sub(/:.*/, \"\", name); if ($3 ~ /^hold / || $4 ~ maintainers || "
        + "name ~ names || index(pins, \" \" name \" \")) { print $1 \" \" $2 > file; if ($3 !~ /^hold /) print $1 } }";

    private const string Upgrade = "apt-get $options --yes --with-new-pkgs --no-install-recommends";

    /// <param name="updates">Which updates.</param>
    /// <param name="pinned">Names of packages that the spec wants in one version.</param>
    public static IEnumerable<string> Render(SystemUpdates updates, IEnumerable<string> pinned)
    {
        var isSecurity = updates.Policy == SystemUpdatePolicy.Security;
        var pins = string.Concat(pinned.Select(name => $" {name}"));
        return
        [
            // A base's SHELL may have it, and a grep that finds nothing is no failure here.
            "{ (set -o pipefail) 2> /dev/null && set +o pipefail; } || :",
            $"mkdir -p {UpdateNote.Directory}",
            "result=Unsupported changed=0 manager=none work=$(mktemp -d)",
            ": > $work/held > $work/log",
            "for each in apt-get microdnf dnf yum zypper apk pacman; do if command -v $each > /dev/null 2>&1; "
                + "then manager=$each; break; fi; done",
            List,
            Try(updates.IsAskedFor),
            "if [ $manager = apt-get ] && command -v dpkg-query > /dev/null; then result=Updated",
            "export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical UCF_FORCE_CONFFOLD=1 LC_ALL=C",
            $"options=\"{Options}\"",
            .. isSecurity
                ? new[]
                {
                    Preferences,
                    "if [ -f /etc/apt/preferences ]; then cat /etc/apt/preferences >> $work/preferences; fi",
                    "options=\"$options -o Dir::Etc::Preferences=$work/preferences\"",
                }
                : [],
            "try apt-get $options check",
            // Without the error mode apt goes on with old lists when an index can't be fetched.
            "[ $result != Updated ] || try apt-get $options -o APT::Update::Error-Mode=any update",
            "if [ $result = Updated ] && ! apt-cache $options policy | grep -v a=now | grep -qE "
                + $"{ShellWord.Quote(isSecurity ? SecuritySource : AnySource)}; then result=Unsupported; fi",
            "if [ $result = Updated ]; then list before",
            $"awk -F '\\t' -v names={ShellWord.Quote(HeldPackages.Names)} "
                + $"-v maintainers={ShellWord.Quote(HeldPackages.Maintainers)} -v pins={ShellWord.Quote($"{pins} ")} "
                + $"'{Hold}' file=$work/held $work/before > $work/hold",
            "xargs -r apt-mark hold < $work/hold > /dev/null",
            $"try {Upgrade} --download-only upgrade",
            // From here on the system changes: what fails now fails the build, whoever asked for it.
            $"[ $result != Updated ] || {Upgrade} upgrade < /dev/null",
            "xargs -r apt-mark unhold < $work/hold > /dev/null",
            "list after",
            "changed=$(LC_ALL=C comm -13 $work/before $work/after | wc -l)",
            $"[ $changed = 0 ] || {ReplacedFiles.Show("$work/before")}",
            "fi",
            "apt-get clean",
            "rm -rf /var/lib/apt/lists/*",
            // They have times in them.
            "[ $changed = 0 ] || rm -rf /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log "
                + "/var/cache/ldconfig/aux-cache",
            "fi",
            "{ printf '%s %s\\n' "
                + $"policy {updates.Policy} result $result manager $manager changed $changed; "
                + "grep -E '^(E|Error): ' $work/log | head -n 1 | cut -c 1-300 | sed 's/^/said /'; "
                + $"sed 's/^/held /' $work/held; }} > {UpdateNote.Path}",
            "rm -rf $work",
            "echo \"system updates: $result, $changed packages changed\"",
        ];
    }

    /// <summary>
    /// Gives <c>try COMMAND…</c>, which changes nothing of the system: where the updates were asked for its failure
    /// ends the step, and otherwise the updates are left out. What it says then stays out of the log, where the
    /// failure of a later step is looked for.
    /// </summary>
    private static string Try(bool isAskedFor) =>
        isAskedFor
            ? "try() { \"$@\" < /dev/null; }"
            : "try() { timeout 900 \"$@\" > $work/log 2>&1 < /dev/null || result=Unavailable; }";
}
