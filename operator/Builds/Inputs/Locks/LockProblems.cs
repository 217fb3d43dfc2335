using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>Collects what is wrong with a lock; what is told is bounded, however much that is.</summary>
internal sealed class LockProblems
{
    private readonly List<FieldError> _found = [];

    public IReadOnlyList<FieldError> Found => _found;

    public bool IsFull => _found.Count >= RequirementsFile.MaxProblems;

    public void Add(string path, string problem, string remedy)
    {
        if (!IsFull)
        {
            _found.Add(Problem.At(path, problem, remedy));
        }
    }
}
