using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Registry.Access;

/// <summary>Says where users name repositories and their credentials, so that a remedy can name the place.</summary>
internal sealed class RepositoryFields
{
    private const string OutputCredentials = "spec.output.credentials";

    public static readonly RepositoryFields None = new([]);

    private readonly IReadOnlyList<(ImageRepository Repository, string Field, string Credentials)> _named;

    private RepositoryFields(IReadOnlyList<(ImageRepository, string, string)> named) => _named = named;

    /// <summary>Gets the option that says that a host speaks plain HTTP, where no field does.</summary>
    public string InsecureOption { get; private init; } = "--insecure-registry";

    /// <summary>Gets whether that option takes the host.</summary>
    public bool IsOfHost { get; private init; } = true;

    /// <summary>Gets the host whose plain HTTP <c>spec.output.insecure</c> decides about.</summary>
    public string? InsecureByField { get; private init; }

    /// <summary>Returns the fields of what a build reads and writes; the first of a repository counts.</summary>
    public static RepositoryFields Of(BuildTemplate template)
    {
        var named = new List<(ImageRepository, string, string)>();
        Add(template.Output.Repository, "spec.output.repository", OutputCredentials);
        Add(template.Application?.Repository, "spec.rollout.server.repository", OutputCredentials);
        Add(template.Build.Cache.Repository, "spec.build.cache.repository", OutputCredentials);
        if (ImageReference.TryParse(template.Application?.ServerImage ?? "", out var server, out _))
        {
            named.Add((server.Repository, "spec.rollout.server.image", OutputCredentials));
        }

        return new RepositoryFields(named)
        {
            InsecureByField = ImageRepository.TryParse(template.Output.Repository, out var output, out _)
                ? output.Host
                : null,
        };

        void Add(string? text, string field, string credentials)
        {
            if (ImageRepository.TryParse(text, out var repository, out _))
            {
                named.Add((repository, field, credentials));
            }
        }
    }

    /// <summary>Returns the field of a base image.</summary>
    public static RepositoryFields OfBase(GemmaBaseImage image, ImageRepository repository) =>
        new([
            (
                repository,
                image.Spec!.Base.Image.Length > 0 ? "spec.base.image" : "spec.base",
                "spec.base.pullSecretRef"
            ),
        ]);

    /// <summary>Returns the fields of what a build's own pod reads and writes.</summary>
    public static RepositoryFields OfBuild(ImageRepository output, ImageRepository? cache, ImageRepository @base)
    {
        var named = new List<(ImageRepository, string, string)>
        {
            (output, "spec.output.repository", OutputCredentials),
            (@base, "spec.base", "spec.base.pullSecretRef"),
        };
        if (cache is not null)
        {
            named.Add((cache, "spec.build.cache.repository", OutputCredentials));
        }

        return new RepositoryFields(named) { InsecureByField = output.Host };
    }

    /// <summary>Returns the fields of a command that has an option of its own for plain HTTP.</summary>
    public static RepositoryFields OfCommand(string insecureOption) =>
        new([]) { InsecureOption = insecureOption, IsOfHost = false };

    /// <summary>Gets whether a command is run by a person, whom no option of the operator helps.</summary>
    public bool IsOfCommand => !IsOfHost;

    /// <summary>Returns the field that names a repository, and the field of its credentials.</summary>
    public (string Field, string Credentials)? Find(ImageRepository repository)
    {
        foreach (var named in _named)
        {
            if (named.Repository == repository)
            {
                return (named.Field, named.Credentials);
            }
        }

        return null;
    }
}
