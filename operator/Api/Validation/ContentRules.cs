namespace GemmaOperator.Api.Validation;

/// <summary>What goes into the image besides Python packages.</summary>
internal static class ContentRules
{
    private static readonly string[] ReservedLabels = ["gemmaoperator.io/", "org.opencontainers.image.base."];

    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        var packages = spec.SystemPackages ?? [];
        for (var i = 0; i < packages.Count; i++)
        {
            CheckPackage($"spec.systemPackages[{i}]", packages[i], findings);
        }

        var user = spec.User ?? new UserSpec();
        findings.Match("spec.user.name", user.Name, Syntax.LoginName(), "a login name", "use lower-case letters, digits, _ and -, starting with a letter or _");
        if (user.Name == "root")
        {
            findings.Add("spec.user.name", "root may not run the image", "choose a user.name other than root");
        }

        findings.InRange("spec.user.uid", user.Uid, 1, int.MaxValue);
        findings.InRange("spec.user.gid", user.Gid, 1, int.MaxValue);
        CheckEnvironment("spec.env", spec.Env, findings);

        foreach (var (key, value) in spec.ImageLabels ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            var path = $"spec.imageLabels[{Excerpt.Of(key)}]";
            if (key.Length is 0 or > 253 || !Syntax.OneLine().IsMatch(key) || key.Contains('=') || key.Contains(' '))
            {
                findings.Add(path, "it isn't a label's key", "write it as in com.example.team");
            }
            else if (ReservedLabels.Any(r => key.StartsWith(r, StringComparison.Ordinal)))
            {
                findings.Add(path, "the operator sets this label", "choose a key of your own domain");
            }

            findings.Match(path, value, Syntax.OneLine(), "text on one line", "leave out line breaks and control characters");
        }

        if (spec.Platforms is not [var platform])
        {
            findings.Add("spec.platforms", $"it has {spec.Platforms?.Count ?? 0} entries", "give exactly one");
        }
        else
        {
            findings.OneOf("spec.platforms[0]", platform, "linux/amd64", "linux/arm64");
        }
    }

    /// <summary>Variables of an image or of a pod; each name once, and none that runs code before the program does.</summary>
    public static void CheckEnvironment(string path, IReadOnlyList<EnvironmentVariable>? variables, Findings findings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (variables?.Count ?? 0); i++)
        {
            var (name, value) = (variables![i]?.Name ?? string.Empty, variables[i]?.Value ?? string.Empty);
            findings.Match($"{path}[{i}].name", name, Syntax.VariableName(), "a variable's name", "use letters, digits and _, not starting with a digit");
            findings.Match($"{path}[{i}].value", value, Syntax.OneLine(), "text on one line", "leave out line breaks and control characters");
            if (name.StartsWith("LD_", StringComparison.Ordinal) || name is "BASH_ENV" or "PYTHONSTARTUP")
            {
                findings.Add($"{path}[{i}].name", $"{Excerpt.Of(name)} runs code before your program does", "remove this variable");
            }

            if (!seen.Add(name))
            {
                findings.Add($"{path}[{i}].name", $"{Excerpt.Of(name)} is given twice", "give it once");
            }
        }
    }

    private static void CheckPackage(string path, string? package, Findings findings)
    {
        findings.Match(path, package, Syntax.SystemPackage(), "a Debian package", "write name or name=version, for example curl");
        if (package is { Length: > 0 } && package.Split('=')[0].EndsWith('-'))
        {
            findings.Add(path, $"{Excerpt.Of(package)} would make apt remove a package", "leave out the hyphen at the end");
        }
    }
}
