using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Decides what the pods of builds are labelled with, which policies and webhooks select them by.</summary>
internal static class BuildPodLabels
{
    private const string AzureIdentity = "azure.workload.identity/use";

    /// <summary>Azure's webhook gives the identity of a ServiceAccount to pods alone that ask for it.</summary>
    private static bool AsksAzure(OutputSpec output) =>
        output.Credentials.Type == CredentialsType.WorkloadIdentity
        && ImageRepository.TryParse(output.Repository, out var repository, out _)
        && CloudRegistry.Of(repository.Host) is CloudRegistry.Azure;

    /// <summary>Returns them; pods that run the code of packages carry them, for network policies to select.</summary>
    public static Dictionary<string, string> Of(GemmaBuild build)
    {
        var labels = BuildObject.Labels(build);
        labels[ApiGroup.StepLabel] = ApiGroup.BuildStep;
        if (AsksAzure(build.Spec!.Template.Output))
        {
            labels[AzureIdentity] = "true";
        }

        return labels;
    }
}
