namespace Hashgate.Core.Policy;

/// <summary>One reason to refuse or warn. A rule does no I/O and keeps no state; adding one is adding a file.</summary>
public interface IPolicyRule
{
    /// <summary>Kebab-case; used in settings, headers, logs and metrics.</summary>
    string Name { get; }

    /// <summary>The rule guards the proof or the ownership of names: no mode and no waiver softens it.</summary>
    bool NeverSoftened => false;

    /// <summary>What the rule finds in this file, or null.</summary>
    Finding? Evaluate(ProjectFacts project, FileFacts file);
}
