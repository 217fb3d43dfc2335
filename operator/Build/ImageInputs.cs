using GemmaOperator.Api;
using GemmaOperator.Api.Validation;

namespace GemmaOperator.Build;

/// <summary>All that a spec says about the content of an image, understood: no raw text is left after here.</summary>
internal sealed record ImageInputs
{
    /// <summary>Base as declared, known to be a reference; resolved to a digest by the caller.</summary>
    public required string BaseReference { get; init; }

    public IReadOnlyList<SystemPackage> Packages { get; init; } = [];

    public RequirementsFile Requirements { get; init; } = RequirementsFile.Empty;

    public bool RequireHashes { get; init; }

    /// <summary>Index instead of PyPI; null means pip's default.</summary>
    public IndexUrl? Index { get; init; }

    public IReadOnlyList<IndexUrl> ExtraIndexes { get; init; } = [];

    /// <summary>The team's own Dockerfile; null means the rendered one.</summary>
    public DockerfileText? Dockerfile { get; init; }

    public required ImageUser User { get; init; }

    public BuildEnvironment Environment { get; init; } = BuildEnvironment.Empty;

    public ImageLabels Labels { get; init; } = ImageLabels.Empty;

    public string Platform { get; init; } = "linux/amd64";

    /// <summary>Declared versions, for labels: empty where an explicit image leaves them out.</summary>
    public string Pytorch { get; init; } = string.Empty;

    public string Cuda { get; init; } = string.Empty;

    public string Cudnn { get; init; } = string.Empty;

    /// <summary>Understands a spec, or says everything that is wrong with it.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="requirements">Text of the ConfigMap key that <c>requirements.configMapRef</c> names; null without one.</param>
    /// <param name="dockerfile">Text of the ConfigMap key that <c>dockerfile.configMapRef</c> names; null without one.</param>
    public static Parsed<ImageInputs> Parse(GemmaBaseImageSpec spec, string? requirements, string? dockerfile)
    {
        var problems = new List<FieldError>();
        var pip = spec.Requirements ?? new RequirementsSpec();
        var reference = Keep(DeclaredBase.Reference(spec.Base, "spec.base"));
        var packages = Keep(SystemPackage.ParseAll(spec.SystemPackages, "spec.systemPackages"));
        var file = Keep(RequirementsFile.Parse(
            requirements ?? pip.Inline,
            requirements is null ? "spec.requirements.inline" : $"spec.requirements.configMapRef {pip.ConfigMapRef?.Name}",
            pip.RequireHashes));
        var index = pip.IndexURL.Length == 0 ? null : Keep(IndexUrl.Parse(pip.IndexURL, "spec.requirements.indexURL"));
        var extra = pip.ExtraIndexURLs.Take(20).Select((url, i) => Keep(IndexUrl.Parse(url, $"spec.requirements.extraIndexURLs[{i}]"))).ToList();
        if (pip.ExtraIndexURLs.Count > 20)
            problems.Add(Problem.At("spec.requirements.extraIndexURLs", $"{pip.ExtraIndexURLs.Count} indexes", "list at most 20"));
        var own = dockerfile is null ? null : Keep(DockerfileText.Parse(dockerfile, $"spec.dockerfile.configMapRef {spec.Dockerfile?.ConfigMapRef.Name}"));
        var user = Keep(ImageUser.Parse(spec.User, "spec.user"));
        var environment = Keep(BuildEnvironment.Parse(spec.Env, "spec.env"));
        var labels = Keep(ImageLabels.Parse(spec.ImageLabels, "spec.imageLabels"));
        if (spec.Platforms is not ["linux/amd64" or "linux/arm64"])
            problems.Add(Problem.At("spec.platforms", "it isn't one known platform", "list one of linux/amd64 and linux/arm64"));
        if (problems.Count > 0) return Parsed<ImageInputs>.Wrong(problems);

        return Parsed<ImageInputs>.Of(new ImageInputs
        {
            BaseReference = reference!,
            Packages = packages!,
            Requirements = file!,
            RequireHashes = pip.RequireHashes,
            Index = index,
            ExtraIndexes = [.. extra.OfType<IndexUrl>()],
            Dockerfile = own,
            User = user!,
            Environment = environment!,
            Labels = labels!,
            Platform = spec.Platforms[0],
            Pytorch = spec.Base.Pytorch ?? string.Empty,
            Cuda = spec.Base.Cuda ?? string.Empty,
            Cudnn = spec.Base.Cudnn ?? string.Empty,
        });

        TValue? Keep<TValue>(Parsed<TValue> parsed)
            where TValue : class
        {
            problems.AddRange(parsed.Problems);
            return parsed.TryGet(out var value) ? value : null;
        }
    }
}
