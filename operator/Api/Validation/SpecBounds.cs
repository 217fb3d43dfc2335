namespace GemmaOperator.Api.Validation;

/// <summary>
/// States the largest counts and lengths (in characters) of a spec that are judged where a field's content is
/// understood; <see cref="SizeRules"/> has the others. They are the schema's numbers: a test holds the two against each
/// other, field by field.
/// </summary>
internal static class SpecBounds
{
    public const int Version = 64;
    public const int Variables = 64;
    public const int VariableName = 128;
    public const int VariableValue = 4096;
    public const int Labels = 32;
    public const int LabelValue = 1024;
    public const int Packages = 200;
    public const int Package = 200;
    public const int ExtraArgs = 16;
    public const int ExtraArg = 256;
    public const int ExtraIndexes = 8;
    public const int IndexUrl = 512;
    public const int LoginName = 31;
    public const int PodLabels = 16;
    public const int PodAnnotations = 32;
    public const int AnnotationValue = 4096;
    public const int PullSecrets = 8;
    public const int DefaultsExcept = 64;

    /// <summary>
    /// Leaves room for <c>/cache</c> and <c>-service</c> within the 255 characters that a repository may have.
    /// </summary>
    public const int Repository = 220;

    public const int HubEndpoint = 512;
    public const int ModelPath = 255;
    public const int Includes = 32;
    public const int Prompt = 1000;
    public const int FullBuildMinutes = 10000;
}
