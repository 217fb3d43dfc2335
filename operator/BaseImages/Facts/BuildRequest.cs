using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>What a GemmaBaseImage's spec and the ConfigMaps it names come to, before any decision.</summary>
internal abstract record BuildRequest
{
    private BuildRequest() { }

    /// <summary>Everything a build needs except the base digest, which the registry must be asked for.</summary>
    public sealed record Known : BuildRequest
    {
        /// <summary>What goes into the image.</summary>
        public required ParsedSpec Content { get; init; }

        /// <summary>How and where it is made; names no reused base yet.</summary>
        public required BuildTemplate Template { get; init; }

        /// <summary>As declared.</summary>
        public required GemmaBaseImageSpec Spec { get; init; }

        public required string InputsHash { get; init; }

        public required string PublishHash { get; init; }

        /// <summary>Made when it is asked for, which is seldom.</summary>
        public string AttemptHash
        {
            get => field ??= Fingerprints.Attempt(Content, Template);
            init;
        }

        /// <summary>
        /// Inputs by field path, shortened, for <c>GemmaBuild.spec.changes</c>; made when it is
        /// asked for, which is seldom.
        /// </summary>
        public IReadOnlyDictionary<string, string> Fields
        {
            get => field ??= InputFields.Of(Spec, Content, Template);
            init;
        }

        /// <summary>The requirements come from a ConfigMap, which changes without the spec.</summary>
        public bool RequirementsFromConfigMap { get; init; }

        public string BaseReference => Content.BaseReference;

        public static Known Of(GemmaBaseImageSpec spec, ParsedSpec content, BuildTemplate template) =>
            new()
            {
                Spec = spec,
                Content = content,
                Template = template,
                InputsHash = Fingerprints.Inputs(content),
                PublishHash = Fingerprints.Publish(template),
                RequirementsFromConfigMap = spec.Requirements?.ConfigMapRef is not null || spec.Dockerfile is not null,
            };
    }

    /// <summary>The user must act: <paramref name="Reason"/> is one of <see cref="ImageReason.Stalled"/>.</summary>
    public sealed record Refused(string Reason, string Message) : BuildRequest;
}
