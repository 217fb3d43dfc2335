using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Channels;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Bases;

/// <summary>
/// Holds the line of a declared base: all tags of its repository that are the declared one with another version in
/// front, as <c>2.10.1-cuda12.8-cudnn9-runtime</c> is of <c>2.10.0-cuda12.8-cudnn9-runtime</c>. What stands behind the
/// version is the variant (CUDA, cuDNN, runtime or devel, system), and is the same in all of a line; so none of it is a
/// prerelease, which would have another.
/// </summary>
internal sealed partial class BaseLine
{
    private const string Field = "spec.base.channel";
    private readonly BaseSpec _spec;
    private readonly string _before;
    private readonly string _behind;

    private BaseLine(BaseSpec spec, ImageReference reference, BaseVersion version, string before, string behind)
    {
        (_spec, Declared, Repository, Version) = (spec, TextOf(spec), reference.Repository, version);
        (_before, _behind) = (before, behind);
    }

    /// <summary>Gets the declared reference, as it was written.</summary>
    public string Declared { get; }

    /// <summary>Gets where its tags are.</summary>
    public ImageRepository Repository { get; }

    /// <summary>Gets the declared version.</summary>
    public BaseVersion Version { get; }

    /// <summary>Gets the variant together with the repository, the same for all of a line.</summary>
    public string Name => $"{Repository}:{_before}{Version.Major}.*{_behind}";

    /// <summary>Gets whether the version is PyTorch's, so that a server may not run on it.</summary>
    public bool IsPytorch =>
        _spec.Image.Length == 0 || _spec.Pytorch == Version.ToString() || NameOf(Repository) == "pytorch";

    /// <summary>Gets whether the version is CUDA's, so that another minor is another CUDA.</summary>
    private bool IsCuda =>
        !IsPytorch && (NameOf(Repository) == "cuda" || _spec.Cuda == $"{Version.Major}.{Version.Minor}");

    /// <summary>
    /// Returns the reference that a spec declares: the explicit image, or the tag under which the PyTorch project
    /// publishes the combination.
    /// </summary>
    public static string TextOf(BaseSpec spec) =>
        spec.Image is { Length: > 0 } image
            ? image
            : $"pytorch/pytorch:{spec.Pytorch}-cuda{spec.Cuda}-cudnn{spec.Cudnn}-{spec.Flavor}";

    /// <summary>
    /// Tells whether a base is an image that the PyTorch project publishes, or a mirror's copy of it: by its name.
    /// </summary>
    public static bool IsPytorchsOwn(BaseSpec spec) =>
        ImageReference.TryParse(TextOf(spec), out var reference, out _)
        && reference.Repository.Path.Split('/') is [.., "pytorch", "pytorch"];

    /// <summary>
    /// Tells whether it is one of those that stand on a plain system: the devel images stand on NVIDIA's, and bring
    /// what that brings.
    /// </summary>
    public static bool IsPytorchsRuntime(BaseSpec spec) =>
        IsPytorchsOwn(spec)
        && ImageReference.TryParse(TextOf(spec), out var reference, out _)
        && (reference.Tag?.ToString() ?? "").EndsWith("-runtime", StringComparison.Ordinal);

    /// <summary>Finds the line of a base that is well-formed; or says what keeps it from having one.</summary>
    public static Parsed<BaseLine> Read(BaseSpec spec)
    {
        var text = TextOf(spec);
        if (!ImageReference.TryParse(text, out var reference, out _))
        {
            return Wrong($"{Quoted.Of(text)} isn't an image reference", "write one in spec.base.image");
        }

        if (reference.Digest is not null)
        {
            return Wrong(
                $"{Quoted.Of(text)} is named by its digest, which no newer version has",
                "name the base by its tag, or write Pinned"
            );
        }

        if (
            Tag().Match(reference.Tag?.ToString() ?? "") is not { Success: true } match
            || BaseVersion.Parse(match.Groups["version"].Value) is not { } version
        )
        {
            return Wrong(
                $"{Quoted.Of(text)} has no version of three numbers at the front of its tag, which could be newer",
                "name a tag such as 2.10.0-cuda12.8-cudnn9-runtime, or write Pinned"
            );
        }

        var behind = match.Groups["behind"].Value;
        if (Prerelease().IsMatch(behind))
        {
            return Wrong($"{Quoted.Of(text)} is a prerelease", "name a release, or write Pinned");
        }

        var line = new BaseLine(spec, reference, version, match.Groups["before"].Value, behind);
        return line.IsCuda && spec.Channel == BaseChannel.Minor
            ? Wrong(
                $"the version of {Quoted.Of(text)} is CUDA's, and another minor is another CUDA",
                "write Patch, or Pinned"
            )
            : Parsed<BaseLine>.Of(line);
    }

    /// <summary>Returns the version at the front of a reference's tag; null for one that is of no line.</summary>
    public static BaseVersion? VersionAtFront(string reference) =>
        BaseVersion.Parse(Tag().Match(reference[(reference.LastIndexOf(':') + 1)..]).Groups["version"].Value);

    /// <summary>Returns the version of a tag of this line; null for other tags, prereleases among them.</summary>
    public BaseVersion? VersionOf(string tag) =>
        tag.Length > _before.Length + _behind.Length
        && tag.StartsWith(_before, StringComparison.Ordinal)
        && tag.EndsWith(_behind, StringComparison.Ordinal)
        && BaseVersion.Parse(tag[_before.Length..^_behind.Length]) is { } version
        && version.Major == Version.Major
            ? version
            : null;

    /// <summary>Returns the version of a recorded reference; null for one that isn't of this line.</summary>
    public BaseVersion? VersionIn(string? reference) =>
        reference?.LastIndexOf(':') is > 0 and var colon
        && VersionOf(reference[(colon + 1)..]) is { } version
        && TextOf(With(version)) == reference
            ? version
            : null;

    /// <summary>Returns the declared base in another version of its line.</summary>
    public BaseSpec With(BaseVersion version)
    {
        var moved = _spec.Pytorch == Version.ToString() ? _spec with { Pytorch = version.ToString() } : _spec;
        return _spec.Image.Length == 0
            ? moved
            : moved with
            {
                Image = $"{_spec.Image[..(_spec.Image.LastIndexOf(':') + 1)]}{_before}{version}{_behind}",
            };
    }

    /// <summary>Tells whether a channel may go from the declared version to another.</summary>
    public bool Reaches(BaseChannel channel, BaseVersion version) =>
        version > Version
        && channel switch
        {
            BaseChannel.Patch => version.IsOfMinorOf(Version),
            BaseChannel.Minor => version.Major == Version.Major,
            _ => false,
        };

    private static string NameOf(ImageRepository repository) => repository.Path.Split('/')[^1];

    private static Parsed<BaseLine> Wrong(string problem, string remedy) =>
        Parsed<BaseLine>.Wrong(Field, problem, remedy);

    [GeneratedRegex(
        @"\A(?<before>v?)(?<version>[0-9]+\.[0-9]+\.[0-9]+)(?<behind>([-_].*)?)\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Tag();

    [GeneratedRegex(
        @"[-_.](a|alpha|b|beta|rc|dev|pre|preview|nightly|snapshot)[0-9]*([-_.]|$)",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Prerelease();
}
