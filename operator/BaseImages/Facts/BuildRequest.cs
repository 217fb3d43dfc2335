using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.PodSettings;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Holds what a GemmaBaseImage's spec and the ConfigMaps it names come to, before any decision: all that a build needs,
/// or why there can be none. Whether an object is refused is said here and nowhere else.
/// </summary>
internal abstract record BuildRequest
{
    private BuildRequest() { }

    /// <summary>Holds everything a build needs except the base digest, which the registry must be asked for.</summary>
    public sealed record Known : BuildRequest
    {
        /// <summary>Gets what goes into the image.</summary>
        public required ParsedSpec Content { get; init; }

        /// <summary>Gets how and where it is made; names no reused base yet.</summary>
        public required BuildTemplate Template { get; init; }

        /// <summary>As declared.</summary>
        public required GemmaBaseImageSpec Spec { get; init; }

        /// <summary>
        /// Texts that a build carries: Dockerfile and requirements; without digest, epoch and fingerprints.
        /// </summary>
        public required ResolvedInputs Resolved { get; init; }

        public required string InputsHash { get; init; }

        public required string PublishHash { get; init; }

        /// <summary>Made when it is asked for, which is seldom.</summary>
        public string AttemptHash
        {
            get => field ??= Hashes.Attempt;
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

        /// <summary>Gets the generation of the object whose spec it is; null where it isn't known.</summary>
        public long? Generation { get; init; }

        /// <summary>Gets the declared base where its channel may take another; null where it is Pinned.</summary>
        public string? DeclaredBase { get; init; }

        /// <summary>Gets a fingerprint of what the spec has from defaults; null for nothing.</summary>
        public string? Defaults { get; init; }

        /// <summary>The requirements come from a ConfigMap, which changes without the spec.</summary>
        public bool RequirementsFromConfigMap { get; init; }

        public DeclaredBase Base => Content.Base;

        private InputHashes Hashes => field ??= new InputHashes(Spec, Content, Template, Generation, Defaults);

        /// <summary>
        /// Returns whether a build is an attempt at just this, whatever the operator's own defaults were.
        /// </summary>
        public bool IsAttemptedBy(GemmaBuild build) =>
            build.Spec!.Resolved.AttemptHash == AttemptHash || Hashes.IsAttemptedBy(build);

        /// <summary>Returns whether the recorded fingerprint of an attempt is of just this.</summary>
        public bool IsAttempt(string? recorded) => recorded == AttemptHash || Hashes.IsAttempt(recorded);

        /// <summary>
        /// Returns whether a build makes of its base image what is asked for, whatever the operator's own defaults
        /// were.
        /// </summary>
        public bool IsPublishedBy(GemmaBuild build) =>
            build.Spec!.Resolved.PublishHash == PublishHash || Hashes.IsPublishedBy(build);

        /// <summary>Returns whether a build was made from just this.</summary>
        public bool IsMadeBy(GemmaBuild build) => build.Spec?.Resolved.InputsHash == InputsHash && IsPublishedBy(build);
    }

    /// <summary>Resolves what was understood, or refuses what no build can hold.</summary>
    public static BuildRequest From(GemmaBaseImageSpec spec, ParsedSpec content, BuildTemplate template)
    {
        var resolved = InputResolver.Resolve(content, RunArguments.AccessOf(template));
        return resolved.TryGet(out var texts)
            ? new Known
            {
                Spec = spec,
                Content = content,
                Template = template,
                Resolved = texts,
                InputsHash = Fingerprints.Inputs(content),
                PublishHash = new InputHashes(spec, content, template).Publish,
                RequirementsFromConfigMap = spec.Requirements?.ConfigMapRef is not null || spec.Dockerfile is not null,
            }
            : Refused.Because(resolved.Problems);
    }

    /// <summary>
    /// Says that the user must act: <paramref name="Reason"/> is one of <see cref="ImageReason.Stalled"/>.
    /// </summary>
    public sealed record Refused(string Reason, string Message) : BuildRequest
    {
        /// <summary>
        /// Gets whether only an object that the spec names is missing, or a repository may not be written to: nothing
        /// can be built, and what serves is still as the spec says.
        /// </summary>
        public bool LeavesServing =>
            Missing is not null
            || Reason
                is ImageReason.Stalled.SecretNotFound
                    or ImageReason.Stalled.ConfigMapNotFound
                    or ImageReason.Stalled.CaBundleInvalid
                    or ImageReason.Stalled.RepositoryNotAllowed
                    or ImageReason.Stalled.RepositoryTaken;

        /// <summary>Gets the object that isn't there, if one isn't; others may be about to make it.</summary>
        public NamedObject? Missing { get; init; }

        public static Refused Because(IReadOnlyList<FieldError> errors)
        {
            var (reason, message) = ErrorSummary.Of(errors);
            return new Refused(reason, message);
        }
    }
}
