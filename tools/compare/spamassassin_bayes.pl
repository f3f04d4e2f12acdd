#!/usr/bin/perl
# Teaches or asks SpamAssassin's Bayes alone: no rules, no network, its own state folder.
# usage: spamassassin_bayes.pl STATE learn|check < LETTERS
# LETTERS: each a line "LABEL LENGTH" (label 1 spam, 0 ham, - unknown), then so many bytes.
# check prints one probability a letter, 0.5 where Bayes gives none.
use strict;
use warnings;
use Mail::SpamAssassin;
use Mail::SpamAssassin::PerMsgStatus;

my ($state, $task) = @ARGV;
my $spamassassin = Mail::SpamAssassin->new({
    config_text => <<"CONFIG",
loadplugin Mail::SpamAssassin::Plugin::Bayes
util_rb_tld com net cn org
use_bayes 1
bayes_path $state/bayes
bayes_auto_learn 0
bayes_auto_expire 0
bayes_min_spam_num 1
bayes_min_ham_num 1
lock_method flock
CONFIG
    local_tests_only   => 1,
    dont_copy_prefs    => 1,
    userstate_dir      => $state,
    home_dir_for_helpers => $state,
});
$spamassassin->init(1);
$spamassassin->init_learner({ caller_will_untie => 1, wait_for_lock => 1 });

my $bayes = $spamassassin->call_plugins('learner_get_implementation');

binmode STDIN;
while (defined(my $head = <STDIN>)) {
    my ($label, $length) = split ' ', $head;
    read(STDIN, my $text, $length) == $length or die "a letter is shorter than its head says\n";
    my $mail = $spamassassin->parse($text, 1);
    if ($task eq 'learn') {
        $spamassassin->learn($mail, undef, $label, 0)->finish;
    } else {
        my $status = Mail::SpamAssassin::PerMsgStatus->new($spamassassin, $mail);
        $status->extract_message_metadata;
        my $probability = $bayes->scan($status, $mail);
        printf "%.9f\n", $probability // 0.5;
        $status->finish;
    }
    $mail->finish;
}
$spamassassin->rebuild_learner_caches if $task eq 'learn';
$spamassassin->finish_learner;
