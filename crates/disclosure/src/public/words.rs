//! A certificate in words for those who have to sign it.

use super::Published;
use crate::with_commas;

impl Published {
    /// What is certain of it, in sentences.
    pub fn in_words(&self) -> Vec<String> {
        let certificate = &self.certificate;
        let values = certificate.width + 1;
        let [shown, small, others] = [
            self.numbers() - certificate.sensitive - certificate.secondary,
            certificate.sensitive,
            certificate.secondary,
        ]
        .map(with_commas);
        let mut words = vec![
            format!("{shown} of {} numbers are shown, each as it was counted.", with_commas(self.numbers())),
            format!(
                "{small} numbers are hidden because they, or what they leave of their whole, are fewer than {} students, and {others} more so that those cannot be worked out.",
                self.policy.minimum
            ),
        ];
        if certificate.holds() {
            words.push(format!(
                "For every hidden small number there are other tables that agree with everything that is shown, in which it has at least {values} different values: {} such tables were made, and each was checked sum by sum.",
                with_commas(certificate.witnesses)
            ));
            words.push("No hidden number is a sum or difference of shown ones, and nobody who is the only one counted in a hidden number learns another by it.".to_owned());
        } else {
            words.push(format!(
                "It is not safe: for {} rows it could not be shown that their small numbers stay hidden.",
                with_commas(self.uncertain.len() as u64)
            ));
        }
        words
    }
}
