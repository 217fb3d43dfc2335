using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Requirements;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs.Locks;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Builds.Inputs.Updates;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Holds all that a spec says about the content of an image, understood: no raw text is left after here.
/// </summary>
internal sealed record ParsedSpec
{
    /// <summary>Gets the base as declared; resolved to a digest by the caller.</summary>
    public required DeclaredBase Base { get; init; }

    public IReadOnlyList<SystemPackage> Packages { get; init; } = [];

    public SystemUpdates Updates { get; init; } = SystemUpdates.Default;

    public RequirementsFile Requirements { get; init; } = RequirementsFile.Empty;

    /// <summary>Gets whether pip is to take nothing without a hash; of a lock it never does.</summary>
    public bool RequireHashes
    {
        get => field || Requirements.IsLock;
        init;
    }

    /// <summary>
    /// How long a package must have been in its index to be installed; null where any may be, or none is.
    /// </summary>
    public TimeSpan? MinAge
    {
        get => Requirements.IsEmpty || Dockerfile is not null ? null : field;
        init;
    }

    /// <summary>Index instead of PyPI; null means pip's default.</summary>
    public IndexUrl? Index { get; init; }

    public IReadOnlyList<IndexUrl> ExtraIndexes { get; init; } = [];

    /// <summary>The team's own Dockerfile; null means the rendered one.</summary>
    public DockerfileText? Dockerfile { get; init; }

    public required ImageUser User { get; init; }

    public BuildEnvironment Environment { get; init; } = BuildEnvironment.Empty;

    public ImageLabels Labels { get; init; } = ImageLabels.Empty;

    /// <summary>Gets the platforms of the image, one or more, each once.</summary>
    public IReadOnlyList<WireEnum<Platform>> Platforms { get; init; } = [Platform.LinuxAmd64];

    /// <summary>Declared versions, for labels: empty where an explicit image leaves them out.</summary>
    public string Pytorch { get; init; } = "";

    public string Cuda { get; init; } = "";

    public string Cudnn { get; init; } = "";

    /// <summary>Understands a spec, or says everything that is wrong with it.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="requirements">
    /// Text of the ConfigMap key that <c>requirements.configMapRef</c> names; null without one.
    /// </param>
    /// <param name="dockerfile">
    /// Text of the ConfigMap key that <c>dockerfile.configMapRef</c> names; null without one.
    /// </param>
    public static Parsed<ParsedSpec> Parse(GemmaBaseImageSpec spec, string? requirements, string? dockerfile)
    {
        var problems = new List<FieldError>();
        var pip = spec.Requirements ?? new RequirementsSpec();
        var declared = spec.Base ?? new BaseSpec();
        var upstream = Keep(DeclaredBase.Read(declared));
        var packages = Keep(SystemPackage.ParseAll(spec.SystemPackages, "spec.systemPackages"));
        var file = Keep(RequirementsOf(spec, requirements));
        var index = string.IsNullOrEmpty(pip.IndexURL)
            ? null
            : Keep(IndexUrl.Parse(pip.IndexURL, "spec.requirements.indexURL"));
        var urls = pip.ExtraIndexURLs ?? [];
        var extra = urls.Take(SpecBounds.ExtraIndexes)
            .Select((url, i) => Keep(IndexUrl.Parse(url ?? "", $"spec.requirements.extraIndexURLs[{i}]")))
            .ToList();
        if (urls.Count > SpecBounds.ExtraIndexes)
        {
            problems.Add(
                Problem.At(
                    "spec.requirements.extraIndexURLs",
                    $"{urls.Count} indexes",
                    $"list at most {SpecBounds.ExtraIndexes}"
                )
            );
        }

        var own = dockerfile is null ? null : Keep(DockerfileOf(spec, dockerfile));
        var user = Keep(ImageUser.Parse(spec.User, "spec.user"));
        var environment = Keep(BuildEnvironment.Parse(spec.Env, "spec.env"));
        var labels = Keep(ImageLabels.Parse(spec.ImageLabels, "spec.imageLabels"));
        var platforms = Keep(ImagePlatform.Parse(spec.Platforms, "spec.platforms"));
        if (problems.Count > 0)
        {
            return Parsed<ParsedSpec>.Wrong(problems);
        }

        return Parsed<ParsedSpec>.Of(
            new ParsedSpec
            {
                Base = upstream!,
                Packages = packages!,
                Updates = SystemUpdates.Of(spec),
                Requirements = file!,
                RequireHashes = pip.RequireHashes,
                MinAge = pip.MinAge?.Value,
                Index = index,
                ExtraIndexes = [.. extra.OfType<IndexUrl>()],
                Dockerfile = own,
                User = user!,
                Environment = environment!,
                Labels = labels!,
                Platforms = platforms!,
                Pytorch = declared.Pytorch ?? "",
                Cuda = declared.Cuda ?? "",
                Cudnn = declared.Cudnn ?? "",
            }
        );

        TValue? Keep<TValue>(Parsed<TValue> parsed)
            where TValue : notnull
        {
            problems.AddRange(parsed.Problems);
            return parsed.TryGet(out var value) ? value : default;
        }
    }

    /// <summary>
    /// Adds the texts of the ConfigMaps that the spec names, which are read after its own text has been understood;
    /// null where it names none.
    /// </summary>
    public Parsed<ParsedSpec> WithTexts(GemmaBaseImageSpec spec, string? requirements, string? dockerfile)
    {
        var problems = new List<FieldError>();
        var (file, own) = (Requirements, Dockerfile);
        if (requirements is not null)
        {
            var parsed = RequirementsOf(spec, requirements);
            problems.AddRange(parsed.Problems);
            file = parsed.TryGet(out var value) ? value : file;
        }

        if (dockerfile is not null)
        {
            var parsed = DockerfileOf(spec, dockerfile);
            problems.AddRange(parsed.Problems);
            own = parsed.TryGet(out var value) ? value : own;
        }

        return problems.Count > 0
            ? Parsed<ParsedSpec>.Wrong(problems)
            : Parsed<ParsedSpec>.Of(this with { Requirements = file, Dockerfile = own });
    }

    private static Parsed<RequirementsFile> RequirementsOf(GemmaBaseImageSpec spec, string? configMap)
    {
        var pip = spec.Requirements ?? new RequirementsSpec();
        var text = configMap ?? pip.Inline ?? "";
        var field = configMap is null
            ? "spec.requirements.inline"
            : $"spec.requirements.configMapRef {pip.ConfigMapRef?.Name}";
        // A text that isn't read yet, or a format that nobody knows.
        if ((configMap is null && pip is { Format: not null, ConfigMapRef: not null }) || pip.Format is { Value: null })
        {
            return Parsed<RequirementsFile>.Of(RequirementsFile.Empty);
        }

        if (pip.Format == RequirementsFormat.Pylock)
        {
            return LockFile.Parse(text, field, TermsOf(spec, pip));
        }

        return LockFile.IsMeantBy(text)
            ? Parsed<RequirementsFile>.Wrong(
                field,
                "it is a lock (pylock.toml), and not in the format of pip's requirements files",
                "set spec.requirements.format to Pylock"
            )
            : RequirementsFile.Parse(text, field, pip.RequireHashes);
    }

    private static LockTerms TermsOf(GemmaBaseImageSpec spec, RequirementsSpec pip) =>
        new(
            [.. (pip.ExtraIndexURLs ?? []).Prepend(pip.IndexURL ?? "")],
            spec.Base?.Pytorch ?? "",
            [.. (spec.Platforms ?? []).Select(p => p.Value).OfType<Platform>()]
        );

    private static Parsed<DockerfileText> DockerfileOf(GemmaBaseImageSpec spec, string configMap) =>
        DockerfileText.Parse(configMap, $"spec.dockerfile.configMapRef {spec.Dockerfile?.ConfigMapRef.Name}");
}
