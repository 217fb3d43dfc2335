using System.Text.RegularExpressions;
using GemmaOperator.Api.Validation;
using GemmaOperator.Builds.Inputs.Cooldowns;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>Holds one Kaniko flag as the container gets it: <c>--name=value</c>.</summary>
/// <param name="Name">Name without dashes.</param>
/// <param name="Value">Value.</param>
internal sealed partial record KanikoFlag(string Name, string Value)
{
    private const string Switch = "true|false";
    private const string Retries = "[0-9]|10";

    /// <summary>
    /// Lists the flags that a user may set, each with the values that Kaniko takes (osscontainertools/kaniko v1.28.3,
    /// cmd/executor/cmd/root.go). Absent are those that the operator owns (destination, context, digest file, cache),
    /// that would weaken the build (insecure, skip TLS verification, force) or that would publish
    /// nothing (no push, dry run).
    /// </summary>
    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["annotation"] = @"[A-Za-z0-9][A-Za-z0-9._/-]{0,252}=[ -~]{0,1024}",
        ["build-arg"] = @"[A-Za-z_][A-Za-z0-9_]{0,127}=[ -~]{0,1024}",
        ["cache-copy-layers"] = Switch,
        ["cache-run-layers"] = Switch,
        ["compressed-caching"] = Switch,
        ["compression"] = "gzip|zstd",
        ["compression-level"] = "-1|[0-9]|1[0-9]|2[0-2]",
        ["credential-helpers"] = "|env|google|ecr|acr|gitlab",
        ["ignore-path"] = @"/[A-Za-z0-9._/-]{1,255}",
        ["ignore-var-run"] = Switch,
        ["image-download-retry"] = Retries,
        ["image-format"] = "docker|oci",
        ["image-fs-extract-retry"] = Retries,
        ["log-timestamp"] = Switch,
        ["push-retry"] = Retries,
        ["registry-mirror"] = @"[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9._/-]{1,200})?",
        ["reproducible"] = Switch,
        ["single-snapshot"] = Switch,
        ["skip-default-registry-fallback"] = Switch,
        ["skip-push-permission-check"] = Switch,
        ["snapshot-mode"] = "full|redo|time",
        ["use-new-run"] = Switch,
        ["verbosity"] = "trace|debug|info|warn|error",
    };

    /// <summary>Names the build arguments whose values the operator owns.</summary>
    private static readonly HashSet<string> OwnedArguments = new(StringComparer.Ordinal)
    {
        "BASE_IMAGE",
        "CACHE_EPOCH",
        Cooldown.BeforeArgument,
        Cooldown.FixesArgument,
    };

    /// <summary>Decides whether the flag may stand more than once, each time adding a value.</summary>
    public bool IsRepeatable =>
        Name is "annotation" or "build-arg" or "credential-helpers" or "ignore-path" or "registry-mirror";

    /// <summary>Reads <c>--name=value</c>; a switch may leave out its value.</summary>
    public static Parsed<KanikoFlag> Parse(string text, string field)
    {
        var match = Form().Match(text);
        if (text.Length > SpecBounds.ExtraArg || !match.Success || UntrustedText.HasControl(text))
        {
            return Parsed<KanikoFlag>.Wrong(
                field,
                $"{Quoted.Of(text)} isn't a flag",
                "write --name=value, one flag an entry"
            );
        }

        var name = match.Groups["name"].Value;
        if (!Allowed.TryGetValue(name, out var values))
        {
            return Parsed<KanikoFlag>.Wrong(
                field,
                $"the flag --{name} isn't allowed",
                $"use one of {string.Join(", ", Allowed.Keys.Select(k => "--" + k))}"
            );
        }

        var value =
            match.Groups["value"] is { Success: true } given ? given.Value
            : values == Switch ? "true"
            : "";
        if (
            !Regex.IsMatch(
                value,
                $@"\A({values})\z",
                RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking,
                TimeSpan.FromSeconds(1)
            )
        )
        {
            return Parsed<KanikoFlag>.Wrong(
                field,
                $"{Quoted.Of(value)} isn't a value of --{name}",
                $"give one that matches {values}"
            );
        }

        return name == "build-arg" && OwnedArguments.Contains(value.Split('=')[0])
            ? Parsed<KanikoFlag>.Wrong(field, $"{value.Split('=')[0]} is set by the operator", "choose another name")
            : Parsed<KanikoFlag>.Of(new KanikoFlag(name, value));
    }

    public override string ToString() => $"--{Name}={Value}";

    [GeneratedRegex(
        @"\A--(?<name>[a-z][a-z-]*)(=(?<value>.*))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Form();
}
