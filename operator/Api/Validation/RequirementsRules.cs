namespace GemmaOperator.Api.Validation;

/// <summary>
/// Where requirements and the Dockerfile come from. Their text is read by the build, which also reads ConfigMaps; options
/// in an inline text are refused here already.
/// </summary>
internal static class RequirementsRules
{
    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        if (spec.Requirements is { } requirements)
        {
            CheckSource(requirements, findings);
            CheckIndex("spec.requirements.indexURL", requirements.IndexURL, findings);
            var extra = requirements.ExtraIndexURLs ?? [];
            for (var i = 0; i < extra.Count; i++)
            {
                CheckIndex($"spec.requirements.extraIndexURLs[{i}]", extra[i] is { Length: > 0 } url ? url : "-", findings);
            }
        }

        if (spec.Dockerfile is { } dockerfile)
        {
            Names.CheckKey("spec.dockerfile.configMapRef", dockerfile.ConfigMapRef ?? new KeyReference(), findings);
        }
    }

    private static void CheckSource(RequirementsSpec requirements, Findings findings)
    {
        var inline = requirements.Inline ?? string.Empty;
        if (requirements.ConfigMapRef is { } reference)
        {
            Names.CheckKey("spec.requirements.configMapRef", reference, findings);
            if (inline.Length > 0)
            {
                findings.Add("spec.requirements", "inline and configMapRef are both given", "give requirements.inline or requirements.configMapRef, not both");
            }
        }

        var number = 0;
        foreach (var line in inline.AsSpan().EnumerateLines())
        {
            number++;
            if (line.TrimStart() is ['-', ..] option && !option.StartsWith("--hash="))
            {
                findings.Add(
                    $"spec.requirements.inline line {number}",
                    $"{Excerpt.Of(option.ToString())} is an option of pip",
                    "list packages only, and set spec.requirements.indexURL, extraIndexURLs or requireHashes");
            }
        }
    }

    private static void CheckIndex(string path, string? url, Findings findings)
    {
        if (url is not { Length: > 0 })
        {
            return;
        }

        if (url.Contains('@'))
        {
            findings.Add(path, "it holds credentials, which would become part of the image's history", "take the credentials out of it and use an index that the build pod may read without them");
        }
        else if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || !url.All(c => c is > ' ' and <= '~'))
        {
            findings.Add(path, $"{Excerpt.Of(url)} isn't an https URL", "use an https:// URL such as https://pypi.org/simple");
        }
    }
}
