using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>Judges storage classes: whether a claim that names none is met.</summary>
internal static class StorageCheck
{
    private const string Name = "Storage";
    private const string Default = "storageclass.kubernetes.io/is-default-class";

    public static IEnumerable<CheckLine> Judge(Answer<IReadOnlyList<V1StorageClass>>? answer)
    {
        if (answer?.Value is not { } classes)
        {
            return answer?.Problem is { } problem
                ? [CheckLine.Warn(Name, problem, "ask as somebody who may list StorageClasses")]
                : [];
        }

        var names = string.Join(", ", classes.Select(c => c.Metadata.Name).Order(StringComparer.Ordinal));
        var chosen = classes
            .Where(c => c.Metadata.Annotations?.TryGetValue(Default, out var value) == true && value == "true")
            .Select(c => c.Metadata.Name)
            .Order(StringComparer.Ordinal)
            .ToList();
        return
        [
            (classes.Count, chosen.Count) switch
            {
                (0, _) => CheckLine.Warn(
                    Name,
                    "there is no StorageClass",
                    "install a provisioner, or bind claims for weights to volumes by hand"
                ),
                (_, 0) => CheckLine.Warn(
                    Name,
                    $"no StorageClass is the default; there are: {names}",
                    $"name one in each claim, or kubectl annotate storageclass NAME {Default}=true"
                ),
                _ => CheckLine.Ok(Name, $"default StorageClass {chosen[0]}; there are: {names}"),
            },
        ];
    }
}
