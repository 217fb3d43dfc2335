using System.Text.Json.Nodes;

namespace LocalCluster.Rules;

/// <summary>Holds an expression that is ready to run.</summary>
/// <param name="Run">Evaluates it.</param>
/// <param name="Schema">What its value looks like; null when nobody knows before.</param>
internal sealed record Expression(Func<Scope, object?> Run, JsonObject? Schema = null);

/// <summary>Holds a variable and those around it.</summary>
internal sealed record Scope(string Name, object? Value, Scope? Outer)
{
    /// <exception cref="CelException">There is none of this name.</exception>
    public object? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.Name == name)
            {
                return scope.Value;
            }
        }

        throw new CelException($"no such attribute(s): {name}");
    }
}
