namespace GemmaOperator.Api.Words;

/// <summary>Lists the API group, and the label and annotation keys below it.</summary>
internal static class ApiGroup
{
    public const string Name = "gemmaoperator.io";
    public const string Version = "v1alpha1";
    public const string GroupVersion = Name + "/" + Version;

    /// <summary>
    /// Any new value asks for a build now, with new packages unless its second word is <c>cached</c>; answered in
    /// <c>status.lastHandledRequestAt</c> (Flux's convention).
    /// </summary>
    public const string RequestedAtAnnotation = Name + "/requestedAt";

    /// <summary>On a GemmaBuild: the tick (RFC 3339) that made it due.</summary>
    public const string ScheduledForAnnotation = Name + "/scheduled-for";

    /// <summary>On a GemmaBuild that was stopped for a newer spec: the parent's generation that asked for it.</summary>
    public const string SupersededByAnnotation = Name + "/superseded-by";

    /// <summary>On a GemmaBuild: the one that was stopped for a newer spec and whose place it takes.</summary>
    public const string TakesPlaceOfAnnotation = Name + "/takes-place-of";

    /// <summary>On a GemmaBuild that repeats a failed one: how many have failed in a row before it.</summary>
    public const string RetryAnnotation = Name + "/retry";

    /// <summary>
    /// On a GemmaBuild that was made for packages which the image before it named: the fingerprint of their list.
    /// </summary>
    public const string PackagesAnnotation = Name + "/packages";

    /// <summary>On a Job that builds: the tag that it pushes, where it isn't the build's first one.</summary>
    public const string CandidateTagAnnotation = Name + "/candidate-tag";

    /// <summary>On a GemmaBaseImage: the build that may be rolled out when approval is Manual.</summary>
    public const string ApproveAnnotation = Name + "/approve";

    /// <summary>On served pods: what answers requests in them; absent means the built-in server.</summary>
    public const string EngineAnnotation = Name + "/engine";

    /// <summary>
    /// On a GemmaBaseImage: the build that is served whatever is newer, and behind it, if it is to end by itself, until
    /// when (RFC 3339). It counts before <c>spec.rollout.pinnedBuild</c>.
    /// </summary>
    public const string PinAnnotation = Name + "/pin";

    /// <summary>
    /// On a GemmaBaseImage: any new value asks what the spec leads to, and behind it, if the spec is a proposal for
    /// another object, that object's name; answered in <c>status.plan</c>.
    /// </summary>
    public const string PlanAnnotation = Name + "/plan";

    /// <summary>
    /// On everything the operator makes for a GemmaBaseImage: its name, shortened to a label value if need be.
    /// </summary>
    public const string ImageLabel = Name + "/image";

    /// <summary>On everything that belongs to a GemmaBuild: its name.</summary>
    public const string BuildLabel = Name + "/build";

    /// <summary>On a server image: how many of its top layers are its own.</summary>
    public const string OwnLayersLabel = Name + "/own-layers";

    /// <summary>On a server image: <see cref="ModelRequired"/> when it can't start without weights.</summary>
    public const string ModelLabel = Name + "/model";

    public const string ModelRequired = "required";

    /// <summary>
    /// On a server image: which version of the command <c>fetch</c> its entrypoint understands; the operator's is
    /// <see cref="FetchVersion"/>.
    /// </summary>
    public const string FetchLabel = Name + "/fetch";

    public const string FetchVersion = "1";

    /// <summary>
    /// On a server image: the kinds of model that it runs, as <c>model_type</c> of config.json has them, by commas.
    /// </summary>
    public const string ModelTypesLabel = Name + "/model-types";

    /// <summary>On pods that run the code of packages: <see cref="BuildStep"/>.</summary>
    public const string StepLabel = "gemmaoperator.io/step";

    public const string BuildStep = "build";

    public const string ManagedByLabel = "app.kubernetes.io/managed-by";
    public const string ManagedByValue = "gemma-operator";
}
